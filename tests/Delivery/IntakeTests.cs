using System.Security.Cryptography;
using System.Text;
using Merpati.Mail.Intake;

namespace Merpati.Delivery.Tests;

public sealed class IntakeTests
{
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("Subject: x\r\n\r\nHello\r\n");

    [Fact]
    public async Task PutsTheTraceOnTopAndLeavesTheRestAsItIs()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await fixture.SendAsync(fixture.Intake(), Message, ["alice@example.org"], piece: 1));
        var text = Encoding.ASCII.GetString(Assert.Single(await fixture.ReadAsync("alice@example.org")));
        Assert.StartsWith("Return-Path: <sender@example.com>\r\nReceived: from client.example.com ([127.0.0.1])\r\n\tby mx.example.org (Merpati) with ESMTP id ", text, StringComparison.Ordinal);
        Assert.Contains("\r\n\tfor <alice@example.org>;\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\nSubject: x\r\n\r\nHello\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeliversOnceToAMailboxThatTwoRecipientsLeadTo()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await fixture.SendAsync(fixture.Intake(), Message, ["postmaster@example.org", "ALICE@example.org", "bob@example.org"]));
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
        Assert.Single(await fixture.ReadAsync("bob@example.org"));
    }

    [Fact]
    public async Task TakesAMessageThatIsLargerThanItsMemory()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        var octets = RandomNumberGenerator.GetBytes(900_000);
        Assert.Equal(IntakeVerdict.Accepted, await fixture.SendAsync(fixture.Intake(), octets, ["alice@example.org"]));
        Assert.True(Assert.Single(await fixture.ReadAsync("alice@example.org")).AsSpan().EndsWith(octets));
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Spool));
    }

    // RFC 3030 §3: a binary message may hold anything; it is kept as it came.
    [Fact]
    public async Task KeepsABinaryMessageOctetByOctet()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        var octets = Encoding.Latin1.GetBytes("Subject: x\r\n\r\na\rb\nc\r\r\n\n.\r\n.\n\0\u00ff" + new string('x', 5000) + "\r");
        Assert.Equal(IntakeVerdict.Accepted, await fixture.SendAsync(fixture.Intake(), octets, ["alice@example.org"], piece: 1));
        Assert.True(Assert.Single(await fixture.ReadAsync("alice@example.org")).AsSpan().EndsWith(octets));
    }

    [Fact]
    public async Task RefusesWhatIsTooBig()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        var intake = fixture.Intake(maxMessageBytes: 1000);
        Assert.Equal(IntakeVerdict.TooBig, intake.Ask(1001));
        Assert.Equal(IntakeVerdict.Accepted, intake.Ask(1000));
        Assert.Equal(IntakeVerdict.Accepted, intake.Ask(0));
        Assert.Equal(IntakeVerdict.TooBig, await fixture.SendAsync(intake, new byte[1001], ["alice@example.org"]));
        Assert.Equal(IntakeVerdict.Accepted, await fixture.SendAsync(intake, new byte[1000], ["alice@example.org"]));
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
    }

    [Fact]
    public async Task RefusesWhatGoesRoundInALoop()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        byte[] Hops(int count) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("Received: from x by y; date\r\n", count)) + "\r\nbody\r\n");
        Assert.Equal(IntakeVerdict.Accepted, await fixture.SendAsync(fixture.Intake(), Hops(10), ["alice@example.org"]));
        Assert.Equal(IntakeVerdict.Loop, await fixture.SendAsync(fixture.Intake(), Hops(11), ["alice@example.org"]));
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
    }

    [Fact]
    public async Task StoresNothingWhenARecipientWentAwayBeforeTheEnd()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        await using var incoming = fixture.Intake().Begin(await fixture.EnvelopeAsync("alice@example.org", "bob@example.org"));
        incoming.Append(Message);
        await fixture.Store.Accounts.RemoveAccountAsync(StoreFixture.Address("bob@example.org"), CancellationToken.None);
        Assert.Equal(IntakeVerdict.RecipientGone, await incoming.CommitAsync(CancellationToken.None));
        Assert.Empty(await fixture.ReadAsync("alice@example.org"));
    }

    [Fact]
    public async Task StoresNothingWithoutACommit()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        await using (var incoming = fixture.Intake().Begin(await fixture.EnvelopeAsync("alice@example.org"))) incoming.Append(new byte[500_000]);
        Assert.Empty(await fixture.ReadAsync("alice@example.org"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Spool));
    }

    [Fact]
    public async Task SaysThatTheStoreFailedWhenItIsClosed()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        var envelope = await fixture.EnvelopeAsync("alice@example.org");
        var intake = fixture.Intake();
        await fixture.Store.DisposeAsync();
        await using var incoming = intake.Begin(envelope);
        incoming.Append(Message);
        Assert.Equal(IntakeVerdict.StoreFailed, await incoming.CommitAsync(CancellationToken.None));
    }
}
