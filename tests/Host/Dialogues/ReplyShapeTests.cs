using Merpati.Host.Cli.Demo;

namespace Merpati.Host.Tests.Dialogues;

/// <summary>What varies from run to run is compared by its shape, and nothing else is.</summary>
public sealed class ReplyShapeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 13, 16, 14, TimeSpan.Zero);

    [Theory]
    [InlineData("250 2.0.0 Ok: queued as 0CVPZ6W6C0000", "250 2.0.0 Ok: queued as 0CVQ11A4R0007")]
    [InlineData("+OK POP3 Merpati ready <00.17@a.example>", "+OK POP3 Merpati ready <ab.99@a.example>")]
    [InlineData("334 PDAwLjE3QGEuZXhhbXBsZT4=", "334 PGFiLjk5QGEuZXhhbXBsZT4=")]
    [InlineData("\tby a.example (Merpati) with SMTP id 0CVPZ6W6C0000;", "\tby a.example (Merpati) with SMTP id 0CVQ11A4R0007;")]
    [InlineData("\tSun, 01 Nov 2026 05:06:24 +0000", "\tMon, 23 Nov 2026 15:16:14 +0200")]
    [InlineData("Date: Sun, 01 Nov 2026 05:06:24 +0000", "Date: Mon, 23 Nov 2026 13:16:14 +0000")]
    [InlineData("Time: 01-11-26", "Time: 23-11-26")]
    [InlineData("Message-ID: <0CVPZ6W6C0000.0123456789abcdef@a.example>", "Message-ID: <0CVQ11A4R0007.fedcba9876543210@a.example>")]
    [InlineData("+OK 2 320", "+OK 2 320")]
    public void TheseAreAlike(string one, string other) => Assert.True(ReplyShape.AreAlike(one, other, Now));

    [Theory]
    [InlineData("250 2.0.0 Ok: queued as 0CVPZ6W6C0000", "250 2.0.0 Ok: queued as 1")]
    [InlineData("250 2.0.0 Ok: queued as 0CVPZ6W6C0000", "250 2.0.0 Ok: kept as 0CVPZ6W6C0000")]
    [InlineData("+OK POP3 Merpati ready <00.17@a.example>", "+OK POP3 Merpati ready <00.17@b.example>")]
    [InlineData("+OK POP3 Merpati ready <00.17@a.example>", "+OK POP3 Merpati ready <00.171@a.example>")]
    [InlineData("+OK POP3 Merpati ready <00.17@a.example>", "+OK POP3 Merpati ready")]
    [InlineData("334 PDAwLjE3QGEuZXhhbXBsZT4=", "334 VXNlcm5hbWU6")]
    [InlineData("334 PDAwLjE3QGEuZXhhbXBsZT4=", "334 PDAwLjE3QGIuZXhhbXBsZT4=")]
    [InlineData("\tby a.example (Merpati) with SMTP id 0CVPZ6W6C0000;", "\tby a.example (Merpati) with ESMTP id 0CVQ11A4R0007;")]
    [InlineData("\tSun, 01 Nov 2026 05:06:24 +0000", "\tMon, 02 Nov 2026 15:16:14 +0200")]
    [InlineData("\tSun, 01 Nov 2026 05:06:24 +0000", "\tMon, 23 Nov 2026 15:16:14 UT")]
    [InlineData("Date: Tue, 15 Jan 2008 16:02:43 -0500", "Date: Tue, 15 Jan 2008 16:02:44 -0500")]
    [InlineData("Date: Tue, 15 Jan 2008 16:02:43 -0500", "Time: 23-11-26")]
    [InlineData("Time: 09-03-09", "Time: 10-03-09")]
    [InlineData("Time: 09-03-09", "Time: ")]
    [InlineData("Message-ID: <0CVPZ6W6C0000.0123456789abcdef@a.example>", "Message-ID: <0CVQ11A4R0007.fedcba9876543210@b.example>")]
    [InlineData("Message-ID: <0CVPZ6W6C0000.0123456789abcdef@a.example>", "Message-ID: <0CVQ11A4R0007.fedcba987654321@a.example>")]
    [InlineData("Message-ID: <AAeMNkpiq1.1@a.example>", "Message-ID: <AAeMNkpiq1.2@a.example>")]
    [InlineData("+OK 2 320", "+OK 2 321")]
    [InlineData("2 320", "2 200")]
    public void TheseAreNot(string one, string other) => Assert.False(ReplyShape.AreAlike(one, other, Now));
}
