using Merpati.Host.Cli;
using Merpati.Host.Cli.Talking;

namespace Merpati.Host.Tests.Talking;

/// <summary>What is hidden, what is explained, and where a console connects to.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData("PASS secret word", "PASS ...")]
    [InlineData("  pass\tsecret", "pass ...")]
    [InlineData("PASS", "PASS")]
    [InlineData("AUTH PLAIN AGFsaWNlAHNlY3JldA==", "AUTH PLAIN ...")]
    [InlineData("AUTH PLAIN =", "AUTH PLAIN =")]
    [InlineData("AUTH PLAIN", "AUTH PLAIN")]
    [InlineData("APOP bob c4c9334bac560ecc979e58001b3e22fb", "APOP bob ...")]
    [InlineData("LGIN user1 pass word", "LGIN user1 ...")]
    [InlineData("sndr user1 password", "sndr user1 ...")]
    [InlineData("MAIL FROM:<a@b.c>", "MAIL FROM:<a@b.c>")]
    [InlineData("PASSAGE x", "PASSAGE x")]
    public void SecretsAreHidden(string line, string shown)
    {
        Assert.Equal(shown, SpokenSecrets.Hide(line));
        Assert.Equal(line != shown, SpokenSecrets.IsIn(line));
    }

    [Theory]
    [InlineData("AGFsaWNlAHNlY3JldA==", "...")]
    [InlineData("*", "*")]
    [InlineData("", "")]
    public void AnswersAreHidden(string line, string shown) => Assert.Equal(shown, SpokenSecrets.HideAnswer(line));

    [Theory]
    [InlineData("550 5.1.1 No such user", "550: refused for good: no such mailbox, no access to it, or policy; 5.1.1: no such mailbox")]
    [InlineData("250 2.0.0 Ok", "250: done")]
    [InlineData("250 2.1.5 Recipient ok", "250: done; 2.1.5: the recipient's address is good")]
    [InlineData("250 5.1.1 of another class", "250: done")]
    [InlineData("452 4.99.99 what", "452: not now: no room, or too many recipients for one message; 4.99.99: a code that is not in the registry")]
    [InlineData("599 5.7.99", "599: refused for good; 5.7.99: something about security or policy")]
    [InlineData("550", "550: refused for good: no such mailbox, no access to it, or policy")]
    [InlineData("-ERR [IN-USE] busy", "IN-USE: another session has the maildrop open")]
    [InlineData("-ERR [SYS/TEMP/DISK] full", "SYS/TEMP/DISK: the system fails for now, not the password: later it may work")]
    [InlineData("-ERR [X] y", null)]
    [InlineData("-ERR no", null)]
    [InlineData("+OK", null)]
    [InlineData("ERR Say HELO first.", "ERR: refused, the words behind it say why")]
    public void RepliesAreExplained(string line, string? meaning) => Assert.Equal(meaning, ReplyMeanings.Of(line));

    [Theory]
    [InlineData("354", "go on with the text")]
    [InlineData(" 4.4.7 ", "waited too long")]
    [InlineData("[in-use]", "maildrop open")]
    [InlineData("bye", "Progin")]
    [InlineData("421 4.3.2 shutting down", "no service now")]
    public void CodesAreLookedUp(string asked, string part) => Assert.Contains(part, ReplyMeanings.Lookup(asked), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("5.1")]
    [InlineData("3.1.1")]
    [InlineData("5.1.1000")]
    public void WhatIsNoCodeHasNoMeaning(string asked) => Assert.Null(ReplyMeanings.Lookup(asked));

    [Theory]
    [InlineData("mx.example.org:2525", "smtp", "mx.example.org", 2525, false)]
    [InlineData("mx.example.org", "smtp", "mx.example.org", 25, false)]
    [InlineData("localhost", "pop3", "localhost", 110, false)]
    [InlineData("localhost", "progin", "localhost", 2109, false)]
    [InlineData("localhost:465", "smtp", "localhost", 465, true)]
    [InlineData("localhost:2995", "pop3", "localhost", 2995, true)]
    [InlineData("[::1]:995", "pop3", "::1", 995, true)]
    [InlineData("[::1]", "smtp", "::1", 25, false)]
    [InlineData("::1", "smtp", "::1", 25, false)]
    [InlineData("127.0.0.1:25", "smtp", "127.0.0.1", 25, false)]
    public void TargetsAreRead(string text, string protocol, string host, int port, bool isTls)
    {
        var target = TalkTarget.Parse(text, protocol, implicitTls: null);
        Assert.Equal((host, port, isTls, host), (target.Host, target.Port, target.IsImplicitTls, target.TlsName));
    }

    [Fact]
    public void TheOptionDecidesOverThePort()
    {
        Assert.False(TalkTarget.Parse("h:465", "smtp", implicitTls: false).IsImplicitTls);
        Assert.True(TalkTarget.Parse("h:25", "smtp", implicitTls: true).IsImplicitTls);
        Assert.Equal(995, TalkTarget.Parse("h", "pop3", implicitTls: true).Port);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":25")]
    [InlineData("h:0")]
    [InlineData("h:")]
    [InlineData("h:65536")]
    [InlineData("h:-1")]
    [InlineData("h:x")]
    [InlineData("a b:25")]
    public void WhatIsNoTargetIsWrongUsage(string text) =>
        Assert.Equal(ExitStatus.WrongUsage, Assert.Throws<CommandFailure>(() => TalkTarget.Parse(text, "smtp", implicitTls: null)).Status);
}
