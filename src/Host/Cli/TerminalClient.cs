using System.Security.Cryptography.X509Certificates;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Host.Cli;

/// <summary>Where a terminal connects to.</summary>
/// <param name="Host">The name or address.</param>
/// <param name="Port">The port.</param>
/// <param name="IsThisMachine">Whether nobody can listen on the way.</param>
internal readonly record struct TerminalServer(string Host, int Port, bool IsThisMachine);

/// <summary>A live session of <c>merpati terminal</c>: the client of docs/terminal.md.</summary>
internal sealed class TerminalClient
{
    private const string Message = "150 MESSAGE ";
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(2);

    private readonly SmtpDialogue _server;
    private readonly TextWriter _output;

    private TerminalClient(SmtpDialogue server, TextWriter output)
    {
        _server = server;
        _output = output;
    }

    /// <summary>Logs in on a connection that was just made and attaches. Throws <see cref="CommandFailure"/> with what the server said when it refuses.</summary>
    public static async Task<TerminalClient> AttachAsync(
        SmtpDialogue server, TerminalServer where, SaslCredentials credentials, Func<X509Certificate, bool> isKnown, CancellationToken cancellation)
    {
        Expect(await server.ReadReplyAsync(cancellation), "the server turns us away");
        var offers = Expect(await server.AskAsync("EHLO localhost", cancellation), "EHLO is refused");
        if (Offers(offers, "STARTTLS") is not null)
        {
            Expect(await server.AskAsync("STARTTLS", cancellation), "TLS is refused");
            await server.StartTlsAsync(where.Host, isKnown, cancellation);
            offers = Expect(await server.AskAsync("EHLO localhost", cancellation), "EHLO is refused");
        }

        var mechanisms = Offers(offers, "AUTH")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var context = new SaslClientContext { Service = "smtp", HostName = where.Host, AllowPlain = server.IsTls || where.IsThisMachine };
        using (var exchange = SaslClient.Choose(mechanisms, credentials, context) ?? throw new CommandFailure("the server offers no way to log in that is safe here"))
        {
            await LogInAsync(server, exchange, cancellation);
        }

        return new TerminalClient(server, Console.Out);
    }

    /// <summary>Attaches and prints what comes until the server ends the session or <paramref name="stop"/> completes.</summary>
    public async Task RunAsync(Task stop, CancellationToken cancellation)
    {
        _output.WriteLine(Expect(await _server.AskAsync("XTERMINAL", cancellation), "no terminal").Lines[^1].Split(' ', 2)[^1] + "; Ctrl-C or QUIT ends");
        await _output.FlushAsync(cancellation);
        using var timer = new PeriodicTimer(KeepAlive);
        var tick = timer.WaitForNextTickAsync(cancellation).AsTask();
        var read = _server.ReadLineAsync(cancellation);
        while (true)
        {
            var first = await Task.WhenAny(stop, read, tick);
            if (first == stop)
            {
                await _server.SendAsync("QUIT", cancellation);
                return;
            }

            if (first == tick)
            {
                await _server.SendAsync("NOOP", cancellation);
                tick = timer.WaitForNextTickAsync(cancellation).AsTask();
                continue;
            }

            var line = await read ?? throw new CommandFailure("the server has closed the connection");
            if (line.StartsWith(Message, StringComparison.Ordinal)) await ShowAsync(line[Message.Length..], cancellation);
            else if (line.StartsWith('4') || line.StartsWith('5')) throw new CommandFailure($"the server ends the session: {ControlText.Escape(line)}");
            read = _server.ReadLineAsync(cancellation);
        }
    }

    private async Task ShowAsync(string header, CancellationToken cancellation)
    {
        var words = header.Split(' ', 3);
        _output.WriteLine();
        _output.WriteLine($"--- {ControlText.Escape(words[0])} from {ControlText.Escape(words[^1])}");
        while (await _server.ReadLineAsync(cancellation) is { } line && line != ".")
        {
            if (line.StartsWith('.')) line = line[1..];
            _output.WriteLine(ControlText.Escape(line.Replace('\t', ' ')));
        }

        _output.WriteLine("---");
        await _output.FlushAsync(cancellation);
    }

    // RFC 4954 §4: the first message goes with the command where the mechanism has one.
    private static async Task LogInAsync(SmtpDialogue server, ISaslClientExchange exchange, CancellationToken cancellation)
    {
        var first = exchange.Start() is { } octets ? " " + (octets.IsEmpty ? "=" : Encode(octets)) : ""; // RFC 4954 §4: "=" is an empty one
        var answer = await server.AskAsync($"AUTH {exchange.Mechanism}{first}", cancellation);
        while (answer.Code == 334)
        {
            var challenge = new byte[answer.Lines[^1].Length];
            var step = Convert.TryFromBase64String(answer.Lines[^1].Trim(), challenge, out var length) ? exchange.Next(challenge.AsMemory(0, length)) : default;
            if (!step.Ok)
            {
                await server.SendAsync("*", cancellation);
                throw new CommandFailure("the server's side of the login is not genuine; nothing was sent that helps to guess the password");
            }

            answer = await server.AskAsync(Encode(step.Octets), cancellation);
        }

        Expect(answer, "the login is refused");
        if (!exchange.AcceptsSuccess()) throw new CommandFailure("the server did not prove that it knows the account; it may be another one");
    }

    private static string Encode(ReadOnlyMemory<byte> octets) => octets.IsEmpty ? "" : Convert.ToBase64String(octets.Span);

    private static string? Offers(SmtpAnswer ehlo, string keyword)
    {
        var line = ehlo.Lines.Skip(1).FirstOrDefault(line => line.Equals(keyword, StringComparison.OrdinalIgnoreCase) || line.StartsWith(keyword + " ", StringComparison.OrdinalIgnoreCase));
        return line?[keyword.Length..].Trim();
    }

    private static SmtpAnswer Expect(SmtpAnswer answer, string otherwise) => answer.IsGood ? answer : throw new CommandFailure($"{otherwise}: {answer}");
}
