using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Addressing;

/// <summary>Addresses as they stand in columns: in the form for the wire, UTF-8, and as keys.</summary>
internal static class AddressText
{
    /// <summary>What addresses are compared by. The domain has no "@", so no two addresses have one key.</summary>
    internal static string Key(EmailAddress address) => Key(address.Local.Key, address.Domain.Name);

    internal static string Key(string localKey, string domain) => $"{localKey}@{domain}";

    /// <summary>Reads a whole address; its length was judged when it was taken.</summary>
    internal static EmailAddress Read(Statement row, int column)
    {
        var text = row.Blob(column);
        var at = text.LastIndexOf((byte)'@');
        if (at < 1 || !LocalPart.TryParse(text[..at], allowUtf8: true, out var local) || !Domain.TryParse(text[(at + 1)..], out var domain)) throw Damaged(text);
        return new EmailAddress(local, domain);
    }

    internal static EmailAddress? ReadOrNull(Statement row, int column) => row.IsNull(column) ? null : Read(row, column);

    internal static LocalPart ReadLocal(Statement row, int column) => LocalPart.TryParse(row.Blob(column), allowUtf8: true, out var local) ? local : throw Damaged(row.Blob(column));

    internal static Domain ReadDomain(Statement row, int column) => Domain.TryParse(row.Blob(column), out var domain) ? domain : throw Damaged(row.Blob(column));

    internal static StoreException Damaged(ReadOnlySpan<byte> text) =>
        new(StoreFailure.Corrupt, $"the store holds \"{Encoding.UTF8.GetString(text)}\" where an address should be: it is damaged");
}
