using Merpati.Host.Cli.Demo;

namespace Merpati.Host.Tests.Dialogues;

/// <summary>What varies from run to run is compared by its shape, and nothing else is.</summary>
public sealed class ReplyShapeTests
{
    [Theory]
    [InlineData("250 2.0.0 Ok: queued as 0CVPZ6W6C0000", "250 2.0.0 Ok: queued as 0CVQ11A4R0007")]
    [InlineData("+OK POP3 Merpati ready <00.17@a.example>", "+OK POP3 Merpati ready <ab.99@a.example>")]
    [InlineData("334 PDAwLjE3QGEuZXhhbXBsZT4=", "334 PGFiLjk5QGEuZXhhbXBsZT4=")]
    [InlineData("\tby a.example (Merpati) with SMTP id 0CVPZ6W6C0000;", "\tby a.example (Merpati) with SMTP id 0CVQ11A4R0007;")]
    [InlineData("\tSun, 22 Nov 2026 05:06:24 +0000", "\tMon, 23 Nov 2026 15:16:14 +0200")]
    [InlineData("+OK 2 320", "+OK 2 320")]
    public void TheseAreAlike(string one, string other) => Assert.True(ReplyShape.AreAlike(one, other));

    [Theory]
    [InlineData("250 2.0.0 Ok: queued as 0CVPZ6W6C0000", "250 2.0.0 Ok: queued as 1")]
    [InlineData("250 2.0.0 Ok: queued as 0CVPZ6W6C0000", "250 2.0.0 Ok: kept as 0CVPZ6W6C0000")]
    [InlineData("+OK POP3 Merpati ready <00.17@a.example>", "+OK POP3 Merpati ready <00.17@b.example>")]
    [InlineData("+OK POP3 Merpati ready <00.17@a.example>", "+OK POP3 Merpati ready <00.171@a.example>")]
    [InlineData("+OK POP3 Merpati ready <00.17@a.example>", "+OK POP3 Merpati ready")]
    [InlineData("334 PDAwLjE3QGEuZXhhbXBsZT4=", "334 VXNlcm5hbWU6")]
    [InlineData("334 PDAwLjE3QGEuZXhhbXBsZT4=", "334 PDAwLjE3QGIuZXhhbXBsZT4=")]
    [InlineData("\tby a.example (Merpati) with SMTP id 0CVPZ6W6C0000;", "\tby a.example (Merpati) with ESMTP id 0CVQ11A4R0007;")]
    [InlineData("Date: Sun, 22 Nov 2026 05:06:24 +0000", "Date: Mon, 23 Nov 2026 15:16:14 +0200")]
    [InlineData("+OK 2 320", "+OK 2 321")]
    [InlineData("2 320", "2 200")]
    public void TheseAreNot(string one, string other) => Assert.False(ReplyShape.AreAlike(one, other));
}
