using Merpati.Mail.Messages;

namespace Merpati.Delivery.Collecting;

/// <summary>Reads the date of a Received field (RFC 5322 §3.6.7): it stands after the last semicolon.</summary>
internal static class ReceivedDate
{
    /// <summary>Reads it from the field's body, folds and all; false when there is none that exists.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out DateTimeOffset at)
    {
        at = default;
        var semicolon = body.LastIndexOf((byte)';');
        return semicolon >= 0 && DateField.TryRead(body[(semicolon + 1)..], out at);
    }
}
