using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Tests;

/// <summary>A few people and groups. Account 7, which is alice, also sends as sales; at broken it throws.</summary>
internal sealed class MemoryBook : IAddressBook
{
    private static readonly Listed Alice = Of("Alice Liddell", "alice@example.org");
    private static readonly Listed Bob = Of("Bob \"Bo\\b\" Smith, Jr.", "bob@example.org");
    private static readonly Listed Zoe = Of("Zoë Ürgüp", "zoe@example.org");
    private static readonly Listed Yuri = Of("", "юрий@example.org");

    public List<string> Asked { get; } = [];

    public ValueTask<BookAnswer> VerifyAsync(string text, int limit, CancellationToken cancellation)
    {
        Asked.Add(text);
        return new(text switch
        {
            "alice" or "alice@example.org" or "Alice Liddell" => Found(Alice),
            "bob" => Found(Bob),
            "zoe" => Found(Zoe),
            "yuri" => Found(Yuri),
            "nameless" => Found(Of("", "nameless@example.org")),
            "odd" => Found(Of("Bad\r\n250 2.1.5 Liar\u202E\u0000 x", "odd@example.org")),
            "long" => Found(Of(new string('ю', 500), "long@example.org")),
            "smith" => new(BookOutcome.Ambiguous, [Bob, Zoe]),
            "many" => new(BookOutcome.Ambiguous, [.. Enumerable.Repeat(Alice, limit)], IsCut: true),
            "moved" => new(BookOutcome.Moved, [Of("", "moved@elsewhere.example")]),
            "forwarded" => new(BookOutcome.Moved, [Of("", "forwarded@elsewhere.example")]),
            "far@elsewhere.example" => BookAnswer.Of(BookOutcome.Foreign),
            "busy" => BookAnswer.Of(BookOutcome.Unavailable),
            _ => BookAnswer.Of(BookOutcome.NotFound),
        });
    }

    public ValueTask<BookAnswer> ExpandAsync(string text, int limit, CancellationToken cancellation)
    {
        Asked.Add(text);
        return new(text switch
        {
            "staff" => new(BookOutcome.Found, [Alice, Zoe]),
            "world" => new(BookOutcome.Found, [Alice, Yuri]),
            "empty" => new(BookOutcome.Found, []),
            "crowd" => new(BookOutcome.Found, [.. Enumerable.Repeat(Alice, limit)], IsCut: true),
            "secret" => BookAnswer.Of(BookOutcome.Hidden),
            "alice" => BookAnswer.Of(BookOutcome.NotAGroup),
            "far@elsewhere.example" => BookAnswer.Of(BookOutcome.Foreign),
            "busy" => BookAnswer.Of(BookOutcome.Unavailable),
            _ => BookAnswer.Of(BookOutcome.NotFound),
        });
    }

    public ValueTask<bool> MaySendAsAsync(Submitter submitter, EmailAddress address, CancellationToken cancellation) =>
        address.Local.Value == "broken"
            ? throw new InvalidDataException("the addresses cannot be read")
            : new(submitter.AccountId == 7 && address.ToString() is "alice@example.org" or "sales@example.org");

    private static Listed Of(string name, string address) =>
        EmailAddress.TryParse(System.Text.Encoding.UTF8.GetBytes(address), allowUtf8: true, out var parsed) ? new Listed(name, parsed) : throw new FormatException(address);

    private static BookAnswer Found(Listed who) => new(BookOutcome.Found, [who]);
}
