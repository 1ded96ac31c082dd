using System.Net;

namespace Merpati.Host.Cli.Demo;

/// <summary>Plays the client of a script against a server, and takes down what the server really says. One script each.</summary>
internal sealed class DialoguePlayer : IDisposable
{
    private const string NotClosed = "(nothing, and it does not close the connection)";

    private readonly DialogueScript _script;
    private readonly SpokenProtocol _protocol;
    private readonly LegacyAnswer _answers;
    private readonly DialogueConnection _connection;
    private readonly List<PlayedLine> _played = [];
    private int _at; // the line of the script that comes next

    private DialoguePlayer(DialogueScript script, DialogueScene scene, DialogueConnection connection)
    {
        _script = script;
        _protocol = SpokenProtocol.Of(script.Protocol);
        _answers = new LegacyAnswer(scene);
        _connection = connection;
    }

    public static async Task<PlayedScript> PlayAsync(DialogueScript script, DialogueScene scene, IPEndPoint endPoint, CancellationToken cancellation)
    {
        using var player = new DialoguePlayer(script, scene, await DialogueConnection.OpenAsync(endPoint, cancellation));
        return new PlayedScript(script, await player.PlayAsync(cancellation));
    }

    public void Dispose() => _connection.Dispose();

    private async Task<IReadOnlyList<PlayedLine>> PlayAsync(CancellationToken cancellation)
    {
        var isOpen = !_protocol.HasGreeting || await ListenAsync(cancellation);
        SkipReplies();
        while (isOpen && _at < _script.Lines.Count)
        {
            var line = _script.Lines[_at++];
            var said = _answers.Say(line.Text);
            _played.Add(new PlayedLine(DialogueSide.Client, said, line));
            await _connection.SendAsync(said, _script.EndsInLineFeed, cancellation);
            if (_protocol.Client(said)) isOpen = await ListenAsync(cancellation);
            SkipReplies();
        }

        await HearEndAsync(isOpen, cancellation);
        return _played;
    }

    // A whole reply; false when the server has closed instead.
    private async Task<bool> ListenAsync(CancellationToken cancellation)
    {
        while (await _connection.ReadAsync(cancellation) is { } line)
        {
            _answers.Heard(line);
            _played.Add(new PlayedLine(DialogueSide.Server, line, NextReply()));
            if (_protocol.Server(line)) return true;
        }

        return false;
    }

    // RFC 5321 §4.1.1.10, RFC 1939 §6: after QUIT the server closes, and says no more.
    private async Task HearEndAsync(bool isOpen, CancellationToken cancellation)
    {
        while (isOpen && await _connection.ReadAsync(cancellation) is { } line) _played.Add(new PlayedLine(DialogueSide.Server, line, null));
        if (!_connection.IsClosed) _played.Add(new PlayedLine(DialogueSide.Server, NotClosed, null));
        while (_at < _script.Lines.Count)
        {
            SkipReplies();
            if (_at < _script.Lines.Count) _at++; // what the client would have said
        }
    }

    private ScriptLine? NextReply() => _at < _script.Lines.Count && _script.Lines[_at].Side == DialogueSide.Server ? _script.Lines[_at++] : null;

    // Replies of the file that did not come.
    private void SkipReplies()
    {
        while (NextReply() is { } missing) _played.Add(new PlayedLine(DialogueSide.Server, null, missing));
    }
}
