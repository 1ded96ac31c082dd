using Merpati.Auth;
using Merpati.Storage.Messages;

namespace Merpati.Pop3.Server;

/// <summary>What the sessions of one service share.</summary>
internal sealed record Pop3Surroundings(Pop3ServiceOptions Options, Pop3Partners Partners, TimeProvider Time, Pop3Log Log)
{
    /// <summary>Who has logged in a short while ago.</summary>
    public LoginDelays LoginDelays { get; } = new(Options.LoginDelay, Time);

    public IAuthenticator Authenticator => Partners.Authenticator;

    public IMessageStore Messages => Partners.Messages;
}
