using System.Net;
using System.Text;
using Merpati.Auth;
using Merpati.Auth.Throttle;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Mail.Messages;
using Merpati.Progin.Server;
using Merpati.Storage;
using Merpati.Storage.Accounts;

namespace Merpati.Progin.Tests;

/// <summary>A Progin service with its users: user1, user2 and user3, whose password is "password" and whose inboxes are 1, 2 and 3; user3 has a full name.</summary>
internal sealed class Campus : IAuthenticator, IDirectory, IIntake, IAddressBook
{
    private readonly Dictionary<string, Identity> _accounts = [];
    private long _ids;

    public Campus()
    {
        Assert.True(Domain.TryParse("example.org"u8, out var domain));
        DefaultDomain = domain;
        for (var i = 1; i <= 3; i++)
        {
            Assert.True(EmailAddress.TryParse($"user{i}@example.org", out var address));
            _accounts.Add(address.Local.Value, new Identity(i + 100, address, i));
            Messages.CreateMailbox(i);
        }
    }

    public Domain DefaultDomain { get; }

    public MemoryMessages Messages { get; } = new();

    public FakeTime Time { get; } = new();

    public CapturedLog Log { get; } = new();

    public ProginServiceOptions Options { get; set; } = new();

    public LoginVerdict? LoginSays { get; set; }

    public StoreFailure? OnLogin { get; set; }

    public IntakeVerdict IntakeSays { get; set; } = IntakeVerdict.Accepted;

    /// <summary>How the directory judges, in place of what it knows.</summary>
    public Dictionary<string, RecipientStanding> Standings { get; } = [];

    public List<Envelope> Envelopes { get; } = [];

    /// <summary>Receipts that were begun and not disposed.</summary>
    public int Open { get; private set; }

    public int PasswordChecks { get; private set; }

    public ProginService Service() => new(Options, new ProginPartners(this, this, this, Messages) { AddressBook = this, DefaultDomain = new DefaultDomain(null!, DefaultDomain) }, Time, Log);

    public MemoryClient Connect(IPAddress? remote = null, int serverMayHold = 0) => new(Service(), Time, remote, serverMayHold);

    /// <summary>The only message in a mailbox.</summary>
    public string Only(long mailbox) => Encoding.UTF8.GetString(Assert.Single(Messages.All(mailbox)));

    public uint Add(long mailbox, string message) => Messages.Add(mailbox, Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n")));

    public ValueTask<LoginResult> CheckPasswordAsync(LoginAttempt attempt, ReadOnlyMemory<byte> password, CancellationToken cancellation)
    {
        PasswordChecks++;
        cancellation.ThrowIfCancellationRequested();
        if (OnLogin is { } failure) throw new StoreException(failure, "the accounts cannot be read");
        if (LoginSays is { } verdict) return new(new LoginResult(verdict));
        var name = attempt.LoginName.Replace("@example.org", "", StringComparison.Ordinal);
        var granted = _accounts.TryGetValue(name, out var identity) && password.Span.SequenceEqual("password"u8);
        return new(granted ? new LoginResult(LoginVerdict.Granted, identity) : new LoginResult(LoginVerdict.Refused));
    }

    public ValueTask<RecipientAnswer> ResolveAsync(RecipientQuestion question, CancellationToken cancellation)
    {
        Assert.NotNull(question.Submitter);
        var name = question.Recipient.Local!.Value;
        if (Standings.TryGetValue(name, out var standing))
        {
            Assert.True(EmailAddress.TryParse("new@else.example", out var moved));
            return new(new RecipientAnswer(standing, NewAddress: moved));
        }

        if (question.Recipient.Domain is { } domain && !domain.Equals(DefaultDomain)) return new(new RecipientAnswer(RecipientStanding.NotCarried));
        return new(_accounts.TryGetValue(name, out var identity)
            ? new RecipientAnswer(RecipientStanding.Local, new Recipient(identity.Address))
            : new RecipientAnswer(RecipientStanding.NoSuchUser));
    }

    public IntakeVerdict Ask(long declaredOctets) => IntakeVerdict.Accepted;

    public IIncomingMessage Begin(Envelope envelope, bool callerIsPrompt = false)
    {
        Open++;
        return new Receipt(this, envelope, new QueueId(++_ids));
    }

    public ValueTask<BookAnswer> VerifyAsync(string text, int limit, CancellationToken cancellation)
    {
        var identity = _accounts.Values.Single(account => account.Address.ToString() == text);
        return new(new BookAnswer(BookOutcome.Found, [new Listed(identity.InboxId == 3 ? "Agus \"Budi\" Çelik" : "", identity.Address)]));
    }

    public ValueTask<BookAnswer> ExpandAsync(string text, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<bool> MaySendAsAsync(Submitter submitter, EmailAddress address, CancellationToken cancellation) => throw new NotSupportedException();

    private sealed class Receipt(Campus owner, Envelope envelope, QueueId id) : IIncomingMessage
    {
        private readonly MemoryStream _text = new();

        public QueueId Id => id;

        public void Append(ReadOnlySpan<byte> octets) => _text.Write(octets);

        public ValueTask<IntakeVerdict> CommitAsync(CancellationToken cancellation)
        {
            if (owner.IntakeSays != IntakeVerdict.Accepted) return new(owner.IntakeSays);
            Assert.True(envelope.Origin is { Protocol: "PROGIN", IsSubmission: true, Submitter: not null });
            owner.Envelopes.Add(envelope);
            var head = Encoding.ASCII.GetBytes($"Date: {TraceFields.Date(owner.Time.GetUtcNow())}\r\n");
            foreach (var recipient in envelope.Recipients) owner.Messages.Add(owner._accounts[recipient.Address.Local.Value].InboxId, [.. head, .. _text.ToArray()]);
            return new(IntakeVerdict.Accepted);
        }

        public ValueTask DisposeAsync()
        {
            owner.Open--;
            return default;
        }
    }
}
