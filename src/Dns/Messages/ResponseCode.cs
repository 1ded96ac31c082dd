namespace Merpati.Dns.Messages;

/// <summary>How a server answers (RFC 1035 §4.1.1, RFC 6891 §9); other numbers occur.</summary>
internal enum ResponseCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
    BadVersion = 16,
}
