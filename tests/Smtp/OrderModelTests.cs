using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Merpati.Smtp.Tests;

/// <summary>Random sequences of commands against a model that is a few flags and counters.</summary>
public sealed class OrderModelTests
{
    private static readonly string[] Commands =
    [
        "HELO x", "EHLO x", "EHLO", "MAIL FROM:<a@b.example>", "MAIL FROM:a@b.example", "MAIL FROM:<a@b.example> SIZE=99999999", "RCPT TO:<alice@example.org>",
        "RCPT TO:<alice@example.org>", "RCPT TO:<nobody@example.org>", "RCPT TO:<a@elsewhere.example>", "RCPT TO:<>", "DATA", "DATA", "DATA x", "RSET", "RSET x",
        "NOOP", "VRFY alice", "VRFY", "STARTTLS", "JUNK", "HELP data", "QUIT x",
        "BDAT 4\r\nRSET", "BDAT 4\r\n\r\n\r\n", "BDAT 6 LAST\r\nQUIT\r\n", "BDAT 0 LAST\r\n", "BDAT x", "BDAT 4 NOW",
    ];

    [Fact]
    public void AnswersAsTheModelDoes()
    {
        var sequence = Gen.ArrayOf(Gen.Elements(Commands)).Where(commands => commands.Length > 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithEndSize(30), Prop.ForAll(sequence.ToArbitrary(), commands =>
        {
            var model = new Model();
            var sent = new StringBuilder();
            var expected = new List<string> { "220" };
            foreach (var command in commands)
            {
                sent.Append(command);
                if (!command.Contains('\n', StringComparison.Ordinal)) sent.Append("\r\n"); // a chunk has its own end
                expected.Add(model.Answer(command));
                if (expected[^1] == "421") break;
                if (expected[^1] != "354") continue;
                sent.Append("QUIT\r\n.\r\n");
                expected.Add("250");
            }

            var server = new TestServer();
            Assert.Equal(expected, Codes(server, sent.ToString()));
            Assert.Equal(model.Stored, server.Intake.Messages.Select(message => message.Envelope.Recipients.Count));
            Assert.Equal(0, server.Intake.Open);
        }));
    }

    private static IEnumerable<string> Codes(TestServer server, string text)
    {
        var client = server.Connect();
        client.SendGroupsAsync(text).GetAwaiter().GetResult();
        client.HangUpAsync().GetAwaiter().GetResult();
        var replies = Encoding.ASCII.GetString(client.ReadToEndAsync().GetAwaiter().GetResult());
        client.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return replies.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line[3] == ' ').Select(line => line[..3]);
    }

    private sealed class Model
    {
        private bool _greeted;
        private bool _mail;
        private bool _rcptTried;
        private bool _rcptGiven;
        private bool _chunks;
        private bool _failed;
        private int _errors;

        public List<int> Stored { get; } = [];

        public string Answer(string command)
        {
            var code = Judge(command);
            var isError = code is "500" or "501" or "502" or "503" or "504" or "555";
            return isError && ++_errors == 20 ? "421" : code;
        }

        private string Judge(string command)
        {
            switch (command)
            {
                case "HELO x" or "EHLO x":
                    _greeted = true;
                    EndTransaction();
                    return "250";
                case "JUNK":
                    _failed |= _chunks;
                    return "500";
                case "EHLO" or "DATA x" or "RSET x" or "QUIT x" or "VRFY": return "501";
                case "STARTTLS": return "502";
                case "VRFY alice": return "252";
                case "HELP data": return "214";
                case "NOOP": return "250";
                case "RSET":
                    EndTransaction();
                    return "250";
                case "DATA": return JudgeData();
                case "BDAT x" or "BDAT 4 NOW": return JudgeBadChunk();
                case var chunk when chunk.StartsWith("BDAT", StringComparison.Ordinal):
                    return JudgeChunk(command.Contains("LAST", StringComparison.Ordinal));
                default: return command.StartsWith("MAIL", StringComparison.Ordinal) ? JudgeMail(command) : JudgeRcpt(command);
            }
        }

        private string JudgeMail(string command)
        {
            if (!_greeted || _mail) return "503";
            if (!command.Contains('<', StringComparison.Ordinal)) return "501";
            if (command.Contains("SIZE", StringComparison.Ordinal)) return "552";
            _mail = true;
            return "250";
        }

        private string JudgeRcpt(string command)
        {
            if (!_mail || _chunks) return "503";
            _rcptTried = true;
            if (command.EndsWith("<>", StringComparison.Ordinal)) return "501";
            if (!command.Contains("alice", StringComparison.Ordinal)) return "550";
            _rcptGiven = true;
            return "250";
        }

        private string JudgeBadChunk()
        {
            if (!_rcptTried) return "503";
            _chunks = _failed = _rcptGiven;
            return "501";
        }

        private string JudgeChunk(bool isLast)
        {
            if (!_rcptTried) return "503";
            if (!_rcptGiven) return "554";
            _chunks = true;
            var code = _failed ? "503" : "250";
            if (!isLast) return code;
            if (!_failed)
            {
                _errors = 0;
                Stored.Add(1);
            }

            EndTransaction();
            return code;
        }

        private string JudgeData()
        {
            if (!_rcptTried || _chunks) return "503";
            if (!_rcptGiven) return "554";
            EndTransaction();
            _errors = 0;
            Stored.Add(1);
            return "354";
        }

        private void EndTransaction() => _mail = _rcptTried = _rcptGiven = _chunks = _failed = false;
    }
}
