using System.Globalization;
using System.Net;

namespace Merpati.Bench.Submission;

/// <summary>How TLS begins.</summary>
internal enum TlsStart
{
    None,
    StartTls,
    Implicit,
}

/// <summary>A server under load.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="EndPoint">Where it listens.</param>
/// <param name="Roots">The roots of its process trees.</param>
internal sealed record Target(string Name, IPEndPoint EndPoint, int[] Roots);

/// <summary>One kind of load.</summary>
internal sealed record LoadOptions
{
    public TlsStart Tls { get; init; } = TlsStart.Implicit;

    public bool Resume { get; init; } = true;

    /// <summary>Connections at once.</summary>
    public int Connections { get; init; } = 10;

    /// <summary>Messages of one run.</summary>
    public int Messages { get; init; } = 1000;

    /// <summary>Messages for one connection; 0 for all that are its share.</summary>
    public int PerConnection { get; init; }

    /// <summary>Octets of a message.</summary>
    public int Size { get; init; } = 10_240;

    public int Users { get; init; } = 100;

    public string Domain { get; init; } = "example.org";

    public string Password { get; init; } = "pw";

    public int Runs { get; init; } = 3;

    public IReadOnlyList<string> Modes { get; init; } = ["single", "resumed", "reused"];

    public IReadOnlyList<Target> Targets { get; init; } = [];

    /// <summary>Reads the command line. Throws <see cref="LoadFailure"/>.</summary>
    public static LoadOptions Parse(string[] arguments)
    {
        var options = new LoadOptions();
        var targets = new List<Target>();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length) throw new LoadFailure($"{arguments[i]} needs a value");
            var value = arguments[i + 1];
            options = arguments[i] switch
            {
                "--target" => options with { Targets = [.. options.Targets, TargetOf(value)] },
                "--tls" => options with { Tls = Enum.TryParse<TlsStart>(value, true, out var tls) ? tls : throw new LoadFailure("--tls implicit, starttls or none") },
                "--modes" => options with { Modes = value.Split(',') },
                "--connections" => options with { Connections = Number(value) },
                "--messages" => options with { Messages = Number(value) },
                "--size" => options with { Size = Number(value) },
                "--users" => options with { Users = Number(value) },
                "--runs" => options with { Runs = Number(value) },
                "--domain" => options with { Domain = value },
                "--password" => options with { Password = value },
                _ => throw new LoadFailure($"unknown option {arguments[i]}"),
            };
        }

        return options.Targets.Count > 0 ? options : throw new LoadFailure("name a server: --target NAME=ADDRESS:PORT,PID[,PID...]");
    }

    /// <summary>The options of a mode.</summary>
    public LoadOptions In(string mode) => mode switch
    {
        "single" => this with { PerConnection = 1, Resume = false },
        "resumed" => this with { PerConnection = 1, Resume = true },
        "reused" => this with { PerConnection = 0, Resume = true },
        _ => throw new LoadFailure($"unknown mode {mode}: single, resumed or reused"),
    };

    private static Target TargetOf(string text)
    {
        var (equals, parts) = (text.IndexOf('='), text[(text.IndexOf('=') + 1)..].Split(','));
        if (equals < 1 || !IPEndPoint.TryParse(parts[0], out var endPoint)) throw new LoadFailure("--target NAME=ADDRESS:PORT,PID[,PID...]");
        return new Target(text[..equals], endPoint, Array.ConvertAll(parts[1..], Number));
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new LoadFailure($"{text} is not a number");
}
