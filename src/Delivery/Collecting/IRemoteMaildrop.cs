using Merpati.Mail.Envelopes;
using Merpati.Storage.Collecting;

namespace Merpati.Delivery.Collecting;

/// <summary>Opens maildrops on other servers. Safe for concurrent callers.</summary>
public interface IRemoteMaildrops
{
    /// <summary>Connects and logs in. The maildrop, which is the caller's to dispose, or what went wrong. Throws <see cref="OperationCanceledException"/> only.</summary>
    ValueTask<(IRemoteMaildrop? Maildrop, RemoteFault? Fault)> OpenAsync(RemoteLogin login, CancellationToken cancellation);
}

/// <summary>
/// A maildrop on another server, open in one session (RFC 1939). One caller at a time. What goes wrong is a value; after one other than
/// <see cref="RemoteFailure.Refused"/> the session is over. Disposing without <see cref="QuitAsync"/> removes nothing there.
/// </summary>
public interface IRemoteMaildrop : IAsyncDisposable
{
    /// <summary>Where messages from here come from, for their trace: the server's name and address; POP3, or POP3S when inside TLS.</summary>
    Origin Origin { get; }

    /// <summary>The messages that it holds, in their order.</summary>
    ValueTask<(IReadOnlyList<RemoteMessage> Messages, RemoteFault? Fault)> ListAsync(CancellationToken cancellation);

    /// <summary>
    /// Hands messages over, one after the other, until all have come, the receiver wants no more, or the session breaks. What the server does not hand out is told to
    /// the receiver and is no fault.
    /// </summary>
    ValueTask<RemoteFault?> RetrieveAsync(IReadOnlyList<RemoteMessage> messages, IRemoteReceiver receiver, CancellationToken cancellation);

    /// <summary>Marks messages as deleted; they are removed by <see cref="QuitAsync"/>. Those that the server refused to mark, and what broke the session.</summary>
    ValueTask<(IReadOnlyCollection<int> Refused, RemoteFault? Fault)> DeleteAsync(IReadOnlyList<int> numbers, CancellationToken cancellation);

    /// <summary>Ends the session; null when the server says that what was marked has been removed (RFC 1939 §6).</summary>
    ValueTask<RemoteFault?> QuitAsync(CancellationToken cancellation);
}

/// <summary>Takes messages as they come.</summary>
public interface IRemoteReceiver
{
    /// <summary>A message begins.</summary>
    void Begin(RemoteMessage message);

    /// <summary>Takes the next octets of it, dots unstuffed, the line end before the last dot included; they are the caller's again when it returns.</summary>
    void Append(ReadOnlySpan<byte> octets);

    /// <summary>
    /// The message has come whole, or, with a refusal, not at all: why not, in a line. Without this call it was cut off. False when no more are wanted.
    /// </summary>
    ValueTask<bool> EndAsync(string? refusal);
}

/// <summary>A message as the other server lists it.</summary>
/// <param name="Number">Its number in this session, from 1 on.</param>
/// <param name="Octets">Its size as it is said to be.</param>
/// <param name="UniqueId">Its unique-id (RFC 1939 §7); null where the server gives none.</param>
public readonly record struct RemoteMessage(int Number, long Octets, string? UniqueId);

/// <summary>What is needed to open a maildrop.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Tls">What is asked of TLS.</param>
/// <param name="Password">The password, in UTF-8; it stays the caller's, to be erased.</param>
public sealed record RemoteLogin(MaildropUrl Url, CollectTls Tls, ReadOnlyMemory<byte> Password);

/// <summary>What kind of thing went wrong with another server.</summary>
public enum RemoteFailure
{
    /// <summary>There is no connection.</summary>
    Unreachable,

    /// <summary>There is no TLS, or none as was asked for.</summary>
    NoTls,

    /// <summary>The login was refused.</summary>
    LoginRefused,

    /// <summary>Another session has the maildrop (RFC 2449 §8.1.2).</summary>
    InUse,

    /// <summary>A command was refused; the session goes on.</summary>
    Refused,

    /// <summary>The session broke off, or the server did not keep to the protocol.</summary>
    Lost,
}

/// <summary>What went wrong with another server.</summary>
/// <param name="Failure">The kind.</param>
/// <param name="Text">A line for a person, without control characters, that names the server.</param>
public sealed record RemoteFault(RemoteFailure Failure, string Text);
