using System.Globalization;

namespace Merpati.Host.Cli.Demo;

/// <summary>How one protocol takes turns: after which of its lines the client waits, and with which line a reply is whole. One session each.</summary>
internal abstract class SpokenProtocol
{
    /// <summary>The protocols that dialogues are in.</summary>
    public static readonly IReadOnlyList<string> Names = ["smtp", "pop3", "progin"];

    /// <summary>Whether the server speaks first.</summary>
    public virtual bool HasGreeting => true;

    public static SpokenProtocol Of(string name) => name switch
    {
        "smtp" => new Smtp(),
        "pop3" => new Pop3(),
        "progin" => new Progin(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no protocol of a dialogue"),
    };

    /// <summary>Takes note of a line of the client; true when a reply follows.</summary>
    public abstract bool Client(string line);

    /// <summary>Takes note of a line of a reply; true when it is the last one.</summary>
    public abstract bool Server(string line);

    private static bool IsVerb(string line, string verb) =>
        line.StartsWith(verb, StringComparison.OrdinalIgnoreCase) && (line.Length == verb.Length || line[verb.Length] == ' ');

    // RFC 5321 §4.2.1, §4.1.1.4
    private sealed class Smtp : SpokenProtocol
    {
        private bool _isText;

        public override bool Client(string line)
        {
            if (!_isText) return true;
            _isText = line != ".";
            return !_isText;
        }

        public override bool Server(string line)
        {
            if (line is [_, _, _, '-', ..]) return false;
            _isText = line.StartsWith("354", StringComparison.Ordinal);
            return true;
        }
    }

    // RFC 1939 §3
    private sealed class Pop3 : SpokenProtocol
    {
        private static readonly string[] Listing = ["RETR", "TOP", "CAPA"];
        private static readonly string[] ListingAlone = ["LIST", "UIDL", "AUTH", "LANG"];

        private bool _isListing;
        private bool _isWithin;

        public override bool Client(string line)
        {
            _isListing = Array.Exists(Listing, verb => IsVerb(line, verb)) || Array.Exists(ListingAlone, verb => line.Equals(verb, StringComparison.OrdinalIgnoreCase));
            _isWithin = false;
            return true;
        }

        public override bool Server(string line)
        {
            if (_isWithin) return line == ".";
            _isWithin = _isListing && line.StartsWith("+OK", StringComparison.Ordinal);
            return !_isWithin;
        }
    }

    // docs/progin.md: DATA is answered when its text has ended; LIST answers with a number and that many messages.
    private sealed class Progin : SpokenProtocol
    {
        private bool _isText;
        private bool _isListing;
        private int _coming; // messages of a listing

        public override bool HasGreeting => false;

        public override bool Client(string line)
        {
            if (_isText)
            {
                _isText = line != ".";
                return !_isText;
            }

            _isText = IsVerb(line, "DATA");
            _isListing = IsVerb(line, "LIST");
            _coming = 0;
            return !_isText;
        }

        public override bool Server(string line)
        {
            if (_coming > 0) return line == "." && --_coming == 0;
            return !_isListing || !int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out _coming) || _coming == 0;
        }
    }
}
