namespace Merpati.Host.Cli.Saving;

/// <summary>How saved messages lie on disk.</summary>
internal enum SaveFormat
{
    /// <summary>One file with all of them, as mutt and most others read it (RFC 4155), lines that begin with "From " quoted so that it can be undone (mboxrd).</summary>
    Mbox,

    /// <summary>A folder with tmp, new and cur, a file for each (maildir(5)).</summary>
    Maildir,

    /// <summary>A folder with a file for each, octet for octet.</summary>
    Eml,
}
