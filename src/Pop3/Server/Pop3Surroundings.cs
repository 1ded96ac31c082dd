using Merpati.Auth;
using Merpati.Storage.Messages;

namespace Merpati.Pop3.Server;

/// <summary>What the sessions of one service share.</summary>
internal sealed record Pop3Surroundings(
    Pop3ServiceOptions Options, IAuthenticator Authenticator, IMessageStore Messages, TimeProvider Time, Pop3Log Log);
