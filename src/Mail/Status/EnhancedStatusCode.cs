using System.Globalization;

namespace Merpati.Mail.Status;

/// <summary>An enhanced mail system status code, <c>class.subject.detail</c> (RFC 3463 §2), as in <c>5.1.1</c>.</summary>
/// <param name="Class">2 success, 4 persistent transient failure, 5 permanent failure.</param>
/// <param name="Subject">0 to 999: what the status speaks of.</param>
/// <param name="Detail">0 to 999: the condition.</param>
public readonly record struct EnhancedStatusCode(byte Class, short Subject, short Detail)
{
    /// <summary>The form for the wire.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");
}
