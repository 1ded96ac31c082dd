using System.Globalization;
using System.Text;
using Merpati.Mail.Messages;

namespace Merpati.Host.Cli.Saving;

/// <summary>
/// Finds what the line above a message in an mbox says: who sent it, by its Return-Path, and when it was delivered, by its first Received field, else its Date, else now.
/// </summary>
internal sealed class MboxHeading
{
    private const int MaxOctets = 16 * 1024;
    private const int ReturnPath = 0;
    private const int Received = 1;
    private const int Date = 2;

    private readonly HeaderFields _fields = new(MaxOctets, "Return-Path", "Received", "Date");

    public void Append(ReadOnlySpan<byte> octets) => _fields.Append(octets);

    /// <summary>The line, without its end. RFC 4155 appendix A: the sender's address, a space, and the time in UTC as ctime(3) writes it.</summary>
    public string Line(TimeProvider time)
    {
        _fields.Finish();
        var at = (Deliveries() ?? Dates() ?? time.GetUtcNow()).UtcDateTime;
        return string.Create(CultureInfo.InvariantCulture, $"From {Sender()} {at:ddd MMM} {at.Day,2} {at:HH:mm:ss yyyy}");
    }

    private string Sender()
    {
        foreach (var body in _fields.Bodies(ReturnPath))
        {
            var address = body.Span.Trim(" \t\r\n"u8);
            if (address.StartsWith("<"u8) && address.EndsWith(">"u8)) address = address[1..^1];
            if (!address.IsEmpty && !address.ContainsAnyExceptInRange((byte)'!', (byte)'~')) return Encoding.ASCII.GetString(address);
            break;
        }

        return "MAILER-DAEMON";
    }

    // RFC 5322 §3.6.7: the date stands behind the last semicolon.
    private DateTimeOffset? Deliveries()
    {
        foreach (var body in _fields.Bodies(Received))
        {
            var semicolon = body.Span.LastIndexOf((byte)';');
            return semicolon >= 0 && DateField.TryRead(body.Span[(semicolon + 1)..], out var at) ? at : null;
        }

        return null;
    }

    private DateTimeOffset? Dates()
    {
        foreach (var body in _fields.Bodies(Date))
        {
            if (DateField.TryRead(body.Span, out var at)) return at;
        }

        return null;
    }
}
