using Merpati.Smtp.Server;
using Merpati.Transcripts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Merpati.Smtp.Tests;

/// <summary>The real service over an intake and a directory in memory.</summary>
internal sealed class TestServer
{
    public const string Greeted = "S: 220 mx.example.org ESMTP Merpati\nC: EHLO client.example\n" + Extensions;

    public const string Extensions =
        "S: 250-mx.example.org\nS: 250-PIPELINING\nS: 250-SIZE 52428800\nS: 250-8BITMIME\nS: 250-BINARYMIME\nS: 250-CHUNKING\nS: 250-SMTPUTF8\n" +
        "S: 250-DSN\nS: 250-ENHANCEDSTATUSCODES\nS: 250-LIMITS RCPTMAX=1000\nS: 250-VRFY\nS: 250 HELP\n";

    public const string Bye = "\nC: QUIT\nS: 221 2.0.0 Bye\nS: [closed]";

    public SmtpServiceOptions Options { get; init; } = new() { HostName = "mx.example.org" };

    public Func<MemoryIntake> NewIntake { get; init; } = static () => new MemoryIntake();

    /// <summary>Adds to the partners of the next service.</summary>
    public Func<SmtpPartners, SmtpPartners> NewPartners { get; init; } = static partners => partners;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The intake of the service last made.</summary>
    public MemoryIntake Intake { get; private set; } = new();

    /// <summary>The directory of the service last made.</summary>
    public MemoryDirectory Directory { get; private set; } = new();

    public SmtpService NewService()
    {
        Intake = NewIntake();
        Directory = new MemoryDirectory();
        return new SmtpService(Options, NewPartners(new SmtpPartners(Directory, Intake)), Time, Loggers);
    }

    /// <summary>A client of a fresh service.</summary>
    public MemoryClient Connect(int serverMayHold = 0) => new(NewService(), Time, serverMayHold: serverMayHold);

    /// <summary>Plays a dialogue after EHLO, in every way; nothing may be left open at the intake.</summary>
    public Task PlayAsync(string dialogue, Action<MemoryIntake>? after = null) => PlayFromBannerAsync(Greeted + dialogue, after);

    /// <summary>Plays a dialogue from the banner on.</summary>
    public Task PlayFromBannerAsync(string dialogue, Action<MemoryIntake>? after = null) =>
        new Transcript(dialogue).PlayEveryWayAsync(NewService, () =>
        {
            Assert.Equal(0, Intake.Open);
            after?.Invoke(Intake);
            return Task.CompletedTask;
        });
}
