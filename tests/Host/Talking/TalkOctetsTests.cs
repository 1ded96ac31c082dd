using System.Diagnostics;
using System.Text;

namespace Merpati.Host.Tests.Talking;

/// <summary>In a script the octets go through as they are, both ways and into the transcript, whatever they stand for.</summary>
public sealed class TalkOctetsTests : IDisposable
{
    private const string Letter = "NOOP \u00ff\u00e9\u009b\u00c3\u00a9\u00c3\tx"; // Latin-1, UTF-8 and the half of it; each character is an octet

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatIsPipedInGoesOutOctetForOctet()
    {
        byte[]? first = null, command = null, text = null, chunk = null;
        using var server = new ScriptedServer(async server =>
        {
            await server.SayAsync(Octets("220 h\r\n"));
            first = await server.HearOctetsAsync();
            await server.SayAsync(Octets("500 no\r\n"));
            command = await server.HearOctetsAsync();
            await server.SayAsync(Octets($"250 {Letter}\r\n"));
            await server.PlayAsync(("DATA", "354 go\r\n"));
            text = await server.HearOctetsAsync();
            await server.PlayAsync((".", "250 ok\r\n"), ("BDAT 5", ""));
            chunk = await server.HearOctetsAsync();
            await server.SayAsync(Octets("250 ok\r\n"));
            await server.PlayAsync(("QUIT", "221 bye\r\n"));
        });
        var (status, output, error) = await TalkAsync(server, $"\u00ef\u00bb\u00bfNOOP\n{Letter}\r\nDATA\n{Letter}\n.\nBDAT\n\u00ff\t\u00e9\n.\nQUIT\n", "--transcript", "--save", _folder["t"]);
        await server.Script;
        Assert.Equal((0, ""), (status, error));
        Assert.Equal(Octets("\u00ef\u00bb\u00bfNOOP\r"), first);
        Assert.Equal(Octets(Letter + "\r"), command);
        Assert.Equal(Octets(Letter + "\r"), text);
        Assert.Equal(Octets("\u00ff\t\u00e9\r"), chunk);
        Assert.Contains($"C: {Letter}\nS: 250 {Letter}\n", output, StringComparison.Ordinal);
        Assert.Contains($"C: {Letter}\nS: 250 {Letter}\n", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_folder["t"], TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALineThatIsTooLongIsNotSaidInPieces()
    {
        string? heard = "";
        using var server = new ScriptedServer(async server =>
        {
            await server.SayAsync(Octets("220 h\r\n"));
            heard = await server.HearAsync();
        });
        var (status, output, error) = await TalkAsync(server, $"NOOP {new string('x', 1024 * 1024)}\nQUIT\n");
        await server.Script;
        Assert.Equal((1, "220 h\n"), (status, output));
        Assert.Equal("merpati: a line of the input is longer than 1 MiB; nothing of it was said\n", error);
        Assert.Null(heard);
    }

    private static byte[] Octets(string latin) => Encoding.Latin1.GetBytes(latin);

    private static async Task<(int Status, string Output, string Error)> TalkAsync(ScriptedServer server, string latin, params string[] options)
    {
        using var talk = Command.Start(Repository.Program, ["talk", "smtp", $"127.0.0.1:{server.Port}", .. options]);
        var output = ReadAsync(talk);
        var error = talk.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await talk.StandardInput.BaseStream.WriteAsync(Octets(latin), TestContext.Current.CancellationToken);
            talk.StandardInput.Close();
        }
        catch (IOException)
        {
            // it has had enough before the end
        }

        await talk.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return (talk.ExitCode, await output, await error);
    }

    private static async Task<string> ReadAsync(Process talk)
    {
        using var octets = new MemoryStream();
        await talk.StandardOutput.BaseStream.CopyToAsync(octets, TestContext.Current.CancellationToken);
        return Encoding.Latin1.GetString(octets.ToArray());
    }
}
