using System.Security.Cryptography;
using Merpati.Delivery.Intake;
using Merpati.Mail.Messages;

namespace Merpati.Delivery.Collecting;

/// <summary>One message on its way from another server into the store: its octets, and what has to be known of them.</summary>
internal sealed class ArrivingMessage : IDisposable
{
    private const int MaxReceivedKept = 8 * 1024;

    private readonly HeaderFields _received = new(MaxReceivedKept, "received");
    private readonly IncrementalHash? _hash;
    private readonly long _maxOctets;
    private string? _name;

    /// <summary>A message with its name; null to have it named by its text.</summary>
    public ArrivingMessage(RemoteMessage message, string? name, CollectOptions options)
    {
        Message = message;
        _name = name;
        _maxOctets = options.MaxMessageBytes;
        _hash = name is null ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        Text = new Spool(options.SpoolDirectory, options.SpoolThreshold);
    }

    public RemoteMessage Message { get; }

    public Spool Text { get; }

    /// <summary>The octets that have come.</summary>
    public long Octets { get; private set; }

    public bool IsTooBig => Octets > _maxOctets;

    /// <summary>What it is noted as; asked for when all of it has come.</summary>
    public string Name => _name ??= TextDigest.Name(_hash!);

    public void Append(ReadOnlySpan<byte> octets)
    {
        Octets += octets.Length;
        _hash?.AppendData(octets);
        if (IsTooBig) return;
        _received.Append(octets);
        Text.Append(octets);
    }

    /// <summary>When the other server took it in, by the Received field on top; null when that does not say.</summary>
    public DateTimeOffset? FindReceivedAt()
    {
        _received.Finish();
        foreach (var body in _received.Bodies(0)) return ReceivedDate.TryRead(body.Span, out var at) ? at : null;
        return null;
    }

    public void Dispose()
    {
        Text.Dispose();
        _hash?.Dispose();
    }
}
