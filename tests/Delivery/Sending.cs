using System.Net;
using System.Text;
using Merpati.Delivery.Intake;
using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;

namespace Merpati.Delivery.Tests;

/// <summary>A client of the directory and of intake, as a session is: asks for each recipient, then hands the message over.</summary>
internal sealed record Sending(StoreFixture Fixture, params string[] Recipients)
{
    public string From { get; init; } = "sender@example.com";

    public string? Submitter { get; init; }

    public bool IsTrusted { get; init; }

    public RecipientNotices? Notices { get; init; }

    public ReturnContent Return { get; init; }

    public string? EnvelopeId { get; init; }

    public bool IsSubmission { get; init; }

    public DeliveryWay Way { get; init; }

    public StoreIntake? Intake { get; init; }

    public MailDirectory? Directory { get; init; }

    /// <summary>What the directory says of each recipient.</summary>
    public async Task<List<RecipientAnswer>> AskAsync(long declaredOctets = 0)
    {
        var directory = Directory ?? Fixture.Directory();
        var answers = new List<RecipientAnswer>();
        foreach (var recipient in Recipients)
        {
            var question = new RecipientQuestion(Path(recipient), Path(From))
            {
                Way = Way,
                Submitter = await SubmitterAsync(),
                DeclaredOctets = declaredOctets,
                IsTrusted = IsTrusted,
                Notices = Notices,
            };
            answers.Add(await directory.ResolveAsync(question, CancellationToken.None));
        }

        return answers;
    }

    /// <summary>What the directory says of the only recipient.</summary>
    public async Task<RecipientStanding> StandingAsync(long declaredOctets = 0) => Assert.Single(await AskAsync(declaredOctets)).Standing;

    public async Task<Envelope> EnvelopeAsync()
    {
        var recipients = new List<Recipient>();
        foreach (var answer in await AskAsync()) recipients.Add(answer.Recipient ?? throw new InvalidOperationException($"{string.Join(' ', Recipients)}: {answer.Standing}"));
        var origin = new Origin("client.example.com", IPAddress.Loopback, "ESMTP") { Submitter = await SubmitterAsync(), IsSubmission = IsSubmission };
        return new Envelope(Path(From), recipients, BodyType.SevenBit, origin) { Way = Way, Return = Return, EnvelopeId = EnvelopeId };
    }

    public Task<IntakeVerdict> SendAsync(string message = "Subject: x\r\n\r\nHello\r\n") => SendAsync(Encoding.Latin1.GetBytes(message), 4096);

    public async Task<IntakeVerdict> SendAsync(byte[] message, int piece)
    {
        await using var incoming = (Intake ?? Fixture.Intake()).Begin(await EnvelopeAsync());
        foreach (var part in message.Chunk(piece)) incoming.Append(part);
        var verdict = await incoming.CommitAsync(CancellationToken.None);
        await Task.Yield(); // a test does what a session may not: it would block the thread of the store on which we are
        return verdict;
    }

    private static MailPath Path(string text) =>
        MailPath.Parse(Encoding.UTF8.GetBytes($"<{text}>"), out var path) > 0 ? path : throw new FormatException(text);

    private async Task<Submitter?> SubmitterAsync() => Submitter is null ? null : await Fixture.SubmitterAsync(Submitter);
}
