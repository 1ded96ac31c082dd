using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Smtp.Server;

namespace Merpati.Smtp.Tests;

/// <summary>How the directory's answers and the intake's verdicts sound.</summary>
public sealed class StandingTests
{
    private const string Mail = "C: MAIL FROM:<a@b.example>\nS: 250 2.1.0 Sender ok\n";

    private readonly TestServer _server = new();

    [Theory]
    [InlineData("moved", "551 5.1.6 User not local; please try <alice@new.example>")]
    [InlineData("moved8", "551 5.1.6 <moved8@example.org>... User not local; the new address is not for everyone")]
    [InlineData("notCarried", "550 5.7.1 <notCarried@example.org>... This host does not carry mail to other hosts")]
    [InlineData("overQuota", "452 4.2.2 <overQuota@example.org>... This mailbox is full, try again later")]
    [InlineData("largerThanQuota", "552 5.2.2 <largerThanQuota@example.org>... Message larger than this mailbox can hold")]
    [InlineData("mayNotPost", "550 5.7.2 <mayNotPost@example.org>... This group takes no messages from you")]
    [InlineData("notAttached", "450 4.2.1 <notAttached@example.org>... No terminal of this user is attached, try again later")]
    [InlineData("noTerminal", "550 5.2.1 <noTerminal@example.org>... There is no terminal that takes messages")]
    [InlineData("loop", "550 5.4.6 <loop@example.org>... The aliases of this address lead round in a circle")]
    public Task RefusesARecipientInItsOwnWords(string local, string reply) => _server.PlayAsync(
        Mail + $"C: RCPT TO:<{local}@example.org>\nS: {reply}\nC: DATA\nS: 554 5.5.1 No valid recipients" + TestServer.Bye);

    [Theory]
    [InlineData("forwarded", "251 2.1.5 User not local; will forward to <alice@new.example>")]
    [InlineData("forwarded8", "251 2.1.5 User not local; will forward")]
    public Task TakesARecipientThatIsForwarded(string local, string reply) => _server.PlayAsync(
        Mail + $"C: RCPT TO:<{local}@example.org>\nS: {reply}\nC: DATA\nS: 354 *\nC: .\nS: 250 2.0.0 *" + TestServer.Bye,
        intake => Assert.Equal($"{local}@example.org", Assert.Single(intake.Messages).Recipients));

    [Fact]
    public void HasWordsForEveryStandingAndVerdict()
    {
        foreach (var standing in Enum.GetValues<RecipientStanding>())
        {
            var isTaken = standing is RecipientStanding.Local or RecipientStanding.Forwarded;
            Assert.Equal(isTaken, SmtpRejections.Of(standing) is null);
            Assert.Equal(standing == RecipientStanding.Unavailable, SmtpRejections.Of(standing) == SmtpRejection.DirectoryUnavailable);
        }

        foreach (var verdict in Enum.GetValues<IntakeVerdict>())
        {
            Assert.Equal(verdict == IntakeVerdict.Accepted, SmtpRejections.Of(verdict) is null);
            Assert.Equal(verdict == IntakeVerdict.StoreFailed, SmtpRejections.Of(verdict) == SmtpRejection.StoreFailed);
        }
    }

    [Theory]
    [InlineData(IntakeVerdict.OverQuota, "452 4.2.2 This mailbox is full, try again later")]
    [InlineData(IntakeVerdict.NotAttached, "450 4.2.1 No terminal of this user is attached, try again later")]
    [InlineData(IntakeVerdict.ForeignAuthor, "553 5.7.1 From and Sender must name an address of your own")]
    [InlineData(IntakeVerdict.NoAuthor, "554 5.6.0 Message has no From field that can be read")]
    public Task PassesOnTheVerdict(IntakeVerdict verdict, string reply) =>
        new TestServer { NewIntake = () => new MemoryIntake { AtCommit = verdict } }.PlayAsync(
            Mail + $"C: RCPT TO:<alice@example.org>\nS: 250 *\nC: DATA\nS: 354 *\nC: .\nS: {reply}" + TestServer.Bye, intake => Assert.Empty(intake.Messages));

    [Fact]
    public Task AsksTheDirectoryWithAllThatIsKnown() => _server.PlayAsync(
        "C: MAIL FROM:<a@b.example> SIZE=7\nC: RCPT TO:<alice@example.org> NOTIFY=NEVER\nS: 250 *\nS: 250 *" + TestServer.Bye, _ =>
    {
        var question = Assert.Single(_server.Directory.Questions);
        Assert.Equal("<alice@example.org>", question.Recipient.ToString());
        Assert.Equal("<a@b.example>", question.ReversePath.ToString());
        Assert.Equal(7, question.DeclaredOctets);
        Assert.Equal(DeliveryWay.Mailbox, question.Way);
        Assert.Equal(new RecipientNotices(NotifyConditions.Never, null), question.Notices);
        Assert.Null(question.Submitter);
    });

    // What old hosts took for a way to others: here it is a name that nobody has, or another's domain.
    [Theory]
    [InlineData("user%other.example@example.org", "550 5.1.1 <user%other.example@example.org>... No such user here")]
    [InlineData("other.example!user@example.org", "550 5.1.1 <other.example!user@example.org>... No such user here")]
    [InlineData("other.example!user", "550 5.1.1 <other.example!user>... No such user here")]
    [InlineData("\"user@other.example\"@example.org", "550 5.1.1 <\"user@other.example\"@example.org>... No such user here")]
    [InlineData("\"user@other.example\"", "550 5.1.1 <\"user@other.example\">... No such user here")]
    [InlineData("@example.org,@hop.example:user@other.example", "550 5.7.1 <user@other.example>... Relaying denied")]
    [InlineData("@example.org:\"user@other.example\"@example.org", "550 5.1.1 <\"user@other.example\"@example.org>... No such user here")]
    [InlineData("alice@[203.0.113.9]", "550 5.7.1 <alice@[203.0.113.9]>... Relaying denied")]
    [InlineData("alice@[IPv6:2001:db8::9]", "550 5.7.1 <alice@[IPv6:2001:db8::9]>... Relaying denied")]
    [InlineData("alice@xn--e1afmkfd.xn--p1ai", "550 5.7.1 <alice@xn--e1afmkfd.xn--p1ai>... Relaying denied")]
    public Task RelaysNothingByAnOldTrick(string path, string reply) => _server.PlayAsync(
        Mail + $"C: RCPT TO:<{path}>\nS: {reply}" + TestServer.Bye);

    [Theory]
    [InlineData("user@other.example@example.org")]
    [InlineData("@example.org,user@other.example")]
    [InlineData("other.example:user@example.org")]
    [InlineData("alice@[203.0.113.999]")]
    [InlineData("alice@[example.org]")]
    [InlineData("alice@example.org>,<bob@example.org")]
    [InlineData("\"alice@example.org")]
    [InlineData("alice(comment)@example.org")]
    public Task RefusesWhatIsNoPath(string path) => _server.PlayAsync(
        Mail + $"C: RCPT TO:<{path}>\nS: 501 5.*" + TestServer.Bye, _ => Assert.Empty(_server.Directory.Questions));
}
