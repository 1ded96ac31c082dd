using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Merpati.Mail.Addresses;

namespace Merpati.Auth.Sasl;

/// <summary>The mail addresses that a certificate speaks for: its subject alternative names of the kind rfc822Name (RFC 5280 §4.2.1.6), nothing else.</summary>
internal static class CertificateAddresses
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const int MostNames = 16;

    private static readonly Asn1Tag Rfc822Name = new(TagClass.ContextSpecific, 1);

    /// <summary>The addresses among the first 16 names; empty when there are none or the extension is malformed.</summary>
    public static IReadOnlyList<EmailAddress> Of(X509Certificate2 certificate)
    {
        var addresses = new List<EmailAddress>();
        try
        {
            if (certificate.Extensions[SubjectAlternativeName] is not { } extension) return [];
            var reader = new AsnReader(extension.RawData, AsnEncodingRules.DER);
            var names = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            for (var i = 0; i < MostNames && names.HasData; i++)
            {
                if (!names.PeekTag().HasSameClassAndValue(Rfc822Name))
                {
                    names.ReadEncodedValue();
                    continue;
                }

                var text = names.ReadCharacterString(UniversalTagNumber.IA5String, Rfc822Name);
                if (EmailAddress.TryParse(System.Text.Encoding.ASCII.GetBytes(text).AsSpan(), out var address)) addresses.Add(address);
            }
        }
        catch (AsnContentException)
        {
            // A certificate that cannot be read speaks for nobody.
            return [];
        }

        return addresses;
    }
}
