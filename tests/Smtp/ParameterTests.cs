using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;
using Merpati.Smtp.Server.Commands;

namespace Merpati.Smtp.Tests;

public sealed class ParameterTests
{
    private const string Sent = "\nC: DATA\nS: 354 *\nC: .\nS: 250 2.0.0 *" + TestServer.Bye;

    private readonly TestServer _server = new();

    [Fact]
    public Task KeepsWhatIsAskedAboutNotices() => _server.PlayAsync(
        """
        C: MAIL FROM:<a@b.example> RET=hdrs ENVID=QQ+2B314159+20x AUTH=<> SIZE=100 BODY=8BITMIME
        S: 250 2.1.0 Sender ok
        C: RCPT TO:<alice@example.org> NOTIFY=success,Delay ORCPT=rfc822;Alice+2BNews@example.org
        S: 250 2.1.5 Recipient ok
        C: RCPT TO:<bob@example.org> notify=NEVER
        S: 250 2.1.5 Recipient ok
        C: RCPT TO:<user1@example.org>
        S: 250 2.1.5 Recipient ok
        """ + Sent, intake =>
    {
        var envelope = Assert.Single(intake.Messages).Envelope;
        Assert.Equal(ReturnContent.Headers, envelope.Return);
        Assert.Equal("QQ+314159 x", envelope.EnvelopeId);
        Assert.Equal(BodyType.EightBitMime, envelope.Body);
        Assert.False(envelope.IsInternationalized);
        Assert.Equal(
            [new(NotifyConditions.Success | NotifyConditions.Delay, new OriginalRecipient("rfc822", "Alice+News@example.org")), new(NotifyConditions.Never, null), null],
            envelope.Recipients.Select(recipient => recipient.Notices));
        Assert.Equal([100, 100, 100], _server.Directory.Questions.Select(question => question.DeclaredOctets));
    });

    [Theory]
    [InlineData("RET=FULL", ReturnContent.Full, null)]
    [InlineData("ENVID=x", ReturnContent.Unstated, "x")]
    [InlineData("AUTH=a+2Bb@c.example", ReturnContent.Unstated, null)]
    [InlineData("", ReturnContent.Unstated, null)]
    public Task TakesEachAlone(string parameters, ReturnContent content, string? id) => _server.PlayAsync(
        $"C: MAIL FROM:<a@b.example> {parameters}\nC: RCPT TO:<alice@example.org>\nS: 250 2.1.0 *\nS: 250 2.1.5 *" + Sent, intake =>
    {
        var envelope = Assert.Single(intake.Messages).Envelope;
        Assert.Equal(content, envelope.Return);
        Assert.Equal(id, envelope.EnvelopeId);
        Assert.Null(envelope.Recipients[0].Notices);
    });

    [Theory]
    [InlineData("RET")]
    [InlineData("RET=ALL")]
    [InlineData("RET=FULL RET=FULL")]
    [InlineData("RET=FULL,HDRS")]
    [InlineData("ENVID")]
    [InlineData("ENVID=")]
    [InlineData("ENVID=+")]
    [InlineData("ENVID=+4")]
    [InlineData("ENVID=+4x")]
    [InlineData("ENVID=+4f")]
    [InlineData("ENVID=+0D+0A")]
    [InlineData("ENVID=a+00b")]
    [InlineData("ENVID=+C3+A9")]
    [InlineData("ENVID=a=b")]
    [InlineData("ENVID=a ENVID=b")]
    [InlineData("AUTH")]
    [InlineData("AUTH==")]
    [InlineData("AUTH=alice")]
    [InlineData("AUTH=<alice@example.org>")]
    [InlineData("AUTH=a+0D+0A@b.example")]
    [InlineData("AUTH=<> AUTH=<>")]
    [InlineData("SMTPUTF8=yes")]
    [InlineData("SMTPUTF8 SMTPUTF8")]
    [InlineData("SIZE SIZE=1 SIZE=2")]
    [InlineData("BODY=BINARYMIME BODY=8BITMIME")]
    public Task RefusesAMalformedParameterOfMail(string parameters) => RefusesMail(parameters);

    [Fact]
    public Task RefusesAnEnvelopeIdOverAHundredCharacters() => _server.PlayAsync(
        $"C: MAIL FROM:<a@b.example> ENVID={new string('x', 101)}\nS: 501 5.5.4 Malformed or repeated parameter\n" +
        $"C: MAIL FROM:<a@b.example> ENVID={new string('x', 100)}\nS: 250 2.1.0 Sender ok" + TestServer.Bye);

    [Theory]
    [InlineData("NOTIFY")]
    [InlineData("NOTIFY=")]
    [InlineData("NOTIFY=ALWAYS")]
    [InlineData("NOTIFY=NEVER,SUCCESS")]
    [InlineData("NOTIFY=SUCCESS,NEVER")]
    [InlineData("NOTIFY=SUCCESS,")]
    [InlineData("NOTIFY=,")]
    [InlineData("NOTIFY=SUCCESS NOTIFY=FAILURE")]
    [InlineData("ORCPT")]
    [InlineData("ORCPT=")]
    [InlineData("ORCPT=alice@example.org")]
    [InlineData("ORCPT=;alice@example.org")]
    [InlineData("ORCPT=rfc822;")]
    [InlineData("ORCPT=rfc822;+zz")]
    [InlineData("ORCPT=rfc822;+0A")]
    [InlineData("ORCPT=rfc822;a+7Fb")]
    [InlineData("ORCPT=rfc_822;a@b.example")]
    [InlineData("ORCPT=rfc822;a@b.example ORCPT=rfc822;a@b.example")]
    [InlineData(@"ORCPT=utf-8;\x{D}")]
    [InlineData(@"ORCPT=utf-8;\x{0A}")]
    [InlineData(@"ORCPT=utf-8;\x{85}")]
    [InlineData(@"ORCPT=utf-8;\x{D800}")]
    [InlineData(@"ORCPT=utf-8;\x{110000}")]
    [InlineData(@"ORCPT=utf-8;\x{1F600")]
    [InlineData(@"ORCPT=utf-8;\x{}")]
    [InlineData(@"ORCPT=utf-8;\y{E9}")]
    [InlineData("ORCPT=utf-8;a+20b")]
    public Task RefusesAMalformedParameterOfRcpt(string parameters) => _server.PlayAsync(
        $"C: MAIL FROM:<>\nS: 250 2.1.0 *\nC: RCPT TO:<alice@example.org> {parameters}\nS: 501 5.5.4 Malformed or repeated parameter\nC: DATA\nS: 554 5.5.1 *" +
        TestServer.Bye, _ => Assert.Empty(_server.Directory.Questions));

    [Fact]
    public Task RefusesAnOriginalRecipientOverFiveHundredCharacters() => _server.PlayAsync(
        $"C: MAIL FROM:<>\nS: 250 2.1.0 *\nC: RCPT TO:<alice@example.org> ORCPT=rfc822;{new string('x', 494)}\nS: 501 5.5.4 Malformed or repeated parameter\n" +
        $"C: RCPT TO:<alice@example.org> ORCPT=rfc822;{new string('x', 493)}\nS: 250 2.1.5 Recipient ok" + TestServer.Bye);

    [Theory]
    [InlineData("RET=FULL")]
    [InlineData("ENVID=x")]
    [InlineData("SMTPUTF8")]
    [InlineData("AUTH=<>")]
    [InlineData("BODY=BINARYMIME")]
    [InlineData("SIZE=1 RET=FULL")]
    public Task KnowsAfterHeloOnlyWhatHelps(string parameters) => _server.PlayFromBannerAsync(
        $"S: 220 *\nC: HELO x\nS: 250 *\nC: MAIL FROM:<> {parameters}\nS: 555 5.5.4 Parameter not recognized\n" +
        "C: MAIL FROM:<> SIZE=1 BODY=8BITMIME\nS: 250 2.1.0 *\nC: RCPT TO:<alice@example.org> NOTIFY=NEVER\nS: 555 5.5.4 Parameter not recognized" + TestServer.Bye);

    [Fact]
    public Task TakesTenThousandParametersForALineThatIsTooLong() => _server.PlayFromBannerAsync(
        "S: 220 *\nC: HELO x\nS: 250 *\nC: MAIL FROM:<>" + string.Concat(Enumerable.Repeat(" X=1", 600)) + "\nS: 500 5.5.2 Line too long" + TestServer.Bye);

    [Fact]
    public void XTextReadsBackWhatItWrites()
    {
        var text = Gen.ArrayOf(Gen.Choose(32, 126)).Where(codes => codes.Length > 0).Select(codes => new string([.. codes.Select(code => (char)code)]));
        Check.QuickThrowOnFailure(Prop.ForAll(text.ToArbitrary(), value =>
        {
            var encoded = XText.Encode(value);
            return encoded.All(c => c is > ' ' and <= '~' and not '=') && XText.TryDecode(Encoding.ASCII.GetBytes(encoded), out var decoded) && decoded == value;
        }));
        Assert.Throws<ArgumentException>(() => XText.Encode("a\r\nb"));
    }

    // Pieces of real parameters and plain noise: no exception, and nothing that could break a line.
    [Fact]
    public void ReadsAnythingWithoutALineEndComingOut()
    {
        var piece = Gen.Elements(
            " ", "SIZE=", "BODY=", "8BITMIME", "SMTPUTF8", "RET=", "FULL", "ENVID=", "AUTH=", "<>", "NOTIFY=", "NEVER", ",", "SUCCESS", "ORCPT=", "rfc822;", "utf-8;",
            "+0D", "+0A", "+00", "+41", "+4", "\\x{A}", "\\x{1F600}", "\\x{", "}", "\r", "\n", "\0", "=", "é", "\u2028", "a@b.example", "99999999999999999999", "-1");
        var line = Gen.ArrayOf(piece).Select(pieces => " " + string.Concat(pieces));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(line.ToArbitrary(), text =>
        {
            var octets = Encoding.UTF8.GetBytes(text);
            var mail = MailParameters.Parse(octets, extended: true, out var parameters);
            Assert.False(mail is null && text.AsSpan().ContainsAny('\r', '\n', '\0'));
            Assert.True(IsLine(parameters.EnvelopeId));
            var rcpt = RcptParameters.Parse(octets, extended: true, isInternationalized: true, out var notices);
            Assert.False(rcpt is null && text.AsSpan().ContainsAny('\r', '\n', '\0'));
            Assert.True(IsLine(notices?.Original?.Address) && IsLine(notices?.Original?.AddressType));
        }));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll<byte[]>(octets =>
        {
            _ = MailParameters.Parse(octets, extended: true, out var parameters);
            _ = RcptParameters.Parse(octets, extended: true, isInternationalized: false, out var notices);
            return IsLine(parameters.EnvelopeId) && IsLine(notices?.Original?.Address);
        }));
    }

    private static bool IsLine(string? text) => text is null || !text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029');

    private Task RefusesMail(string parameters) => _server.PlayAsync(
        $"C: MAIL FROM:<a@b.example> {parameters}\nS: 501 5.5.4 Malformed or repeated parameter\nC: RCPT TO:<alice@example.org>\nS: 503 5.5.1 Send MAIL first" + TestServer.Bye);
}
