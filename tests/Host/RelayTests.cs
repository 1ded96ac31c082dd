using System.Net;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>Two of them, each in a domain of its own: what one accepts for the other is carried there, or its sender is told why not.</summary>
public sealed class RelayTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer? _ours;
    private RunningServer? _theirs;
    private IPEndPoint? _theirAddress; // stays when they go

    private string Data => _folder["ours"];

    private RunningServer Ours => _ours!;

    private RunningServer Theirs => _theirs!;

    public async ValueTask InitializeAsync()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        (await Command.MerpatiAsync(_folder["theirs"], null, "domain", "add", "example.net")).Fine();
        (await Command.MerpatiAsync(_folder["theirs"], "secret\n", "account", "add", "bob@example.net", "--password-stdin", "--set", "Auth:Iterations=4096")).Fine();
        await StartTheirsAsync();
        await StartOursAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_ours is not null) await _ours.DisposeAsync();
        if (_theirs is not null) await _theirs.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task WhatOurUserSendsArrivesThereAndHeIsToldWhatDoesNot()
    {
        using var smtp = await LogInAsync();
        Assert.StartsWith("250", await SendAsync(smtp, "alice@example.org", "hello", "bob@example.net", "nobody@example.net"), StringComparison.Ordinal);
        await Patience.UntilAsync("the message arrives", async () => await CountAsync(Theirs, "bob") == 1);
        await Patience.UntilAsync("the notice arrives", async () => await CountAsync(Ours, "alice") == 1);
        var there = Encoding.ASCII.GetString(Assert.Single(await MailDialogue.ReadAllAsync(Theirs, "bob")));
        Assert.StartsWith("Return-Path: <alice@example.org>\r\n", there, StringComparison.Ordinal);
        Assert.Contains(" with ESMTPS id ", there, StringComparison.Ordinal);
        Assert.EndsWith("Subject: hello\r\n\r\nHello!\r\n", there, StringComparison.Ordinal);
        var notice = Encoding.ASCII.GetString(Assert.Single(await MailDialogue.ReadAllAsync(Ours)));
        Assert.StartsWith("Return-Path: <>\r\n", notice, StringComparison.Ordinal);
        Assert.Contains("Final-Recipient: rfc822; nobody@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n", notice, StringComparison.Ordinal);
        Assert.DoesNotContain("bob@example.net", notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AForwardAndAGroupLeadThereForAnybody()
    {
        (await Command.MerpatiAsync(Data, null, "forward", "add", "gone@example.org", "bob@example.net")).Fine();
        (await Command.MerpatiAsync(Data, null, "group", "add", "list@example.org", "--member", "alice@example.org", "bob@example.net")).Fine();
        using var smtp = await MailDialogue.GreetAsync(Ours);
        Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<stranger@example.com>"), StringComparison.Ordinal);
        Assert.Equal("251 2.1.5 User not local; will forward to <bob@example.net>", await smtp.AskAsync("RCPT TO:<gone@example.org>"));
        Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
        await smtp.SendAsync(MailDialogue.Stuff(MailDialogue.Message("forwarded")));
        Assert.StartsWith("250", await smtp.ReadReplyAsync(), StringComparison.Ordinal);
        await Patience.UntilAsync("the forwarded message arrives", async () => await CountAsync(Theirs, "bob") == 1);
        Assert.StartsWith("250", await SendAsync(smtp, "stranger@example.com", "to all", "list@example.org"), StringComparison.Ordinal);
        await Patience.UntilAsync("the group's message arrives", async () => await CountAsync(Theirs, "bob") == 2);
        Assert.Equal(1, await CountAsync(Ours, "alice"));

        var there = (await MailDialogue.ReadAllAsync(Theirs, "bob")).ConvertAll(Encoding.ASCII.GetString);
        Assert.StartsWith("Return-Path: <SRS0=", there[0], StringComparison.Ordinal); // so that their check of the sender's host passes
        Assert.Contains("=example.com=stranger@example.org>\r\n", there[0], StringComparison.Ordinal);
        Assert.Contains("List-Id: <list.example.org>\r\n", there[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWaitsOutlivesAKillAndArrivesWhenTheHostIsBack()
    {
        await Theirs.StopAsync();
        using (var smtp = await LogInAsync())
        {
            Assert.StartsWith("250", await SendAsync(smtp, "alice@example.org", "later", "bob@example.net"), StringComparison.Ordinal);
        }

        await Patience.UntilAsync("an attempt has failed", () => Task.FromResult(Ours.Log.Contains("cannot be reached", StringComparison.Ordinal)));
        await Ours.KillAsync();
        await StartTheirsAsync();
        await StartOursAsync();
        await Patience.UntilAsync("the message arrives", async () => await CountAsync(Theirs, "bob") == 1);
        Assert.Contains("\r\nSubject: later\r\n", Encoding.ASCII.GetString(Assert.Single(await MailDialogue.ReadAllAsync(Theirs, "bob"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoStrangerSendsThroughUs()
    {
        using var smtp = await MailDialogue.GreetAsync(Ours);
        Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<stranger@example.com>"), StringComparison.Ordinal);
        Assert.Equal("550 5.7.1 <bob@example.net>... Relaying denied", await smtp.AskAsync("RCPT TO:<bob@example.net>"));
        Assert.Equal("550 5.7.1 <bob%example.net@example.com>... Relaying denied", await smtp.AskAsync("RCPT TO:<bob%example.net@example.com>"));
    }

    private static async Task<string> SendAsync(LineClient smtp, string from, string subject, params string[] recipients)
    {
        Assert.StartsWith("250", await smtp.AskAsync($"MAIL FROM:<{from}>"), StringComparison.Ordinal);
        foreach (var recipient in recipients) Assert.StartsWith("250", await smtp.AskAsync($"RCPT TO:<{recipient}>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
        await smtp.SendAsync(MailDialogue.Stuff(MailDialogue.Message(subject)));
        return await smtp.ReadReplyAsync();
    }

    private static async Task<int> CountAsync(RunningServer server, string user)
    {
        using var pop3 = await MailDialogue.LogInAsync(server, user);
        var count = int.Parse((await pop3.AskAsync("STAT")).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        await pop3.AskAsync("QUIT");
        return count;
    }

    private async Task<LineClient> LogInAsync()
    {
        var smtp = await MailDialogue.GreetAsync(Ours);
        Assert.StartsWith("235", await smtp.AskAsync($"AUTH PLAIN {Convert.ToBase64String("\0alice\0secret"u8)}"), StringComparison.Ordinal);
        return smtp;
    }

    private async Task StartTheirsAsync()
    {
        string[] more = _theirAddress is null ? [] : ["--set", $"Listeners:smtp:Endpoint={_theirAddress}"];
        _theirs = await RunningServer.StartAsync(_folder["theirs"], ["--set", "Server:HostName=mx.example.net", .. more]);
        _theirAddress = _theirs.Smtp;
    }

    private async Task StartOursAsync() => _ours = await RunningServer.StartAsync(
        Data, "--set", $"Delivery:Routes:example.net={_theirAddress}", "--set", "Delivery:Retry:First=00:00:01", "--set", "Dns:Servers=127.0.0.1:9");
}
