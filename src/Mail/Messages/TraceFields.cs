using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Mail.Messages;

/// <summary>Writes the trace fields (RFC 5321 §4.4).</summary>
public static class TraceFields
{
    private static readonly SearchValues<char> SafeInTrace =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]");

    /// <summary>
    /// The Received field that a host puts on top of what it takes in, folded, with its CRLF. The recipient is named only where
    /// there is one, so that nobody learns of the others (RFC 5321 §7.2), and in UTF-8 only in a message that may hold it (RFC 6531 §3.7.3).
    /// </summary>
    public static byte[] Received(Envelope envelope, QueueId id, string hostName, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var text = new StringBuilder(256);
        text.Append("Received: from ").Append(ClientDomain(envelope.Origin));
        if (envelope.Origin.ClientAddress is { } address) text.Append(" (").Append(Literal(address)).Append(')');
        text.Append("\r\n\tby ").Append(hostName).Append(" (Merpati) with ").Append(envelope.Origin.Protocol).Append(" id ").Append(id.ToString());
        if (envelope.Recipients is [{ Address: var only }] && (only.IsAscii || envelope.IsInternationalized)) text.Append("\r\n\tfor <").Append(only).Append('>');
        text.Append(";\r\n\t").Append(Date(at)).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The Return-Path field of final delivery, with its CRLF (RFC 5321 §4.4).</summary>
    public static byte[] ReturnPath(MailPath reversePath)
    {
        ArgumentNullException.ThrowIfNull(reversePath);
        return Encoding.UTF8.GetBytes($"Return-Path: {reversePath}\r\n");
    }

    /// <summary>A date-time of RFC 5322 §3.3, as in <c>Sun, 22 Nov 2026 05:06:24 +0000</c>.</summary>
    public static string Date(DateTimeOffset at)
    {
        var text = at.ToString("ddd, dd MMM yyyy HH':'mm':'ss zzz", CultureInfo.InvariantCulture);
        return text.Remove(text.Length - 3, 1); // "+07:00" is "+0700" here
    }

    // HELO takes what is no domain too ("195.161.101.33", "my pc"): only what is safe inside a header is repeated.
    private static string ClientDomain(Origin origin)
    {
        if (origin.ClientName.Length is > 0 and <= Domain.MaxLength &&
            !origin.ClientName.AsSpan().ContainsAnyExcept(SafeInTrace)) return origin.ClientName;
        return origin.ClientAddress is { } address ? Literal(address) : "unknown";
    }

    private static string Literal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
    }
}
