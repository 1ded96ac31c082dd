namespace Merpati.Auth.Legacy;

/// <summary>A key file cannot be used; the message says in one line why and what to do.</summary>
public sealed class KeyFileException : IOException
{
    /// <summary>With the line for the administrator.</summary>
    public KeyFileException(string message)
        : base(message)
    {
    }

    /// <summary>With the line for the administrator and what was behind it.</summary>
    public KeyFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
