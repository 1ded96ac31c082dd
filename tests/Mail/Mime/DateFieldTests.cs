using System.Text;
using Merpati.Mail.Messages;

namespace Merpati.Mail.Tests.Mime;

public sealed class DateFieldTests
{
    [Theory]
    [InlineData(" Sun, 22 Nov 2026 12:00:00 +0700", "2026-11-22T12:00:00.0000000+07:00")]
    [InlineData("22 Nov 2026 12:00 -0330", "2026-11-22T12:00:00.0000000-03:30")]
    [InlineData("Sun, 22\r\n Nov (the eleventh) 2026 12:00:60 GMT", "2026-11-22T12:00:59.0000000+00:00")]
    [InlineData("Monday, 9 Mar 09 1:02:03 EST", "2009-03-09T01:02:03.0000000-05:00")]
    [InlineData("Sun, 22 Nov 2026 12:00:00 +9999", "2026-11-22T12:00:00.0000000+00:00")]
    public void ReadsDates(string body, string date)
    {
        Assert.True(DateField.TryRead(Encoding.ASCII.GetBytes(body), out var at));
        Assert.Equal(date, at.ToString("O"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("today")]
    [InlineData("31 Feb 2026 12:00:00 +0000")]
    [InlineData("1 Jan 10000 12:00:00 +0000")]
    [InlineData("1 Jan 2026 24:00:00 +0000")]
    [InlineData("1 Jan 2026")]
    [InlineData("(((")]
    public void RefusesWhatIsNone(string body) => Assert.False(DateField.TryRead(Encoding.ASCII.GetBytes(body), out _));
}
