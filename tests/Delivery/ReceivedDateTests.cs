using System.Globalization;
using System.Text;
using Merpati.Delivery.Collecting;

namespace Merpati.Delivery.Tests;

public sealed class ReceivedDateTests
{
    [Theory]
    [InlineData(" from a by b; Sun, 22 Nov 2026 05:06:24 +0000", "2026-11-22T05:06:24Z")]
    [InlineData(" from a (b; c) by d id e;\r\n\tSun, 22 Nov 2026 05:06:24 +0700 (WIB)", "2026-11-21T22:06:24Z")]
    [InlineData("; 1 Jan 2026 00:00 -0330", "2026-01-01T03:30:00Z")]
    [InlineData(";Thu,\r\n 29 FEB 2024 23:59:60 GMT", "2024-02-29T23:59:59Z")]
    [InlineData("; 2 Feb 99 01:02:03 EST", "1999-02-02T06:02:03Z")]
    [InlineData("; 2 Feb 26 01:02:03 PDT", "2026-02-02T08:02:03Z")]
    [InlineData("; 2 Feb 126 01:02:03 X", "2026-02-02T01:02:03Z")]
    [InlineData("; (a (b) c) 2 (d) Feb 2026 01 : 02 : 03 +9999", "2026-02-02T01:02:03Z")]
    [InlineData("; 2 Feb 2026 01:02:03", "2026-02-02T01:02:03Z")]
    public void ReadsDates(string body, string expected)
    {
        Assert.True(ReceivedDate.TryRead(Encoding.ASCII.GetBytes(body), out var at));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), at);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("from a by b")]
    [InlineData("; yesterday")]
    [InlineData("; 30 Feb 2026 01:02:03 +0000")]
    [InlineData("; 0 Feb 2026 01:02:03 +0000")]
    [InlineData("; 2 Fex 2026 01:02:03 +0000")]
    [InlineData("; 2 Feb 20260 01:02:03 +0000")]
    [InlineData("; 2 Feb 0001 01:02:03 +0000")]
    [InlineData("; 2 Feb 9999 01:02:03 +0000")]
    [InlineData("; 2 Feb 2026 24:02:03 +0000")]
    [InlineData("; 2 Feb 2026 01:60:03 +0000")]
    [InlineData("; 2 Feb 2026 -1:-2:-3 +0000")]
    [InlineData("; 2 Feb 2026")]
    [InlineData("; ((((")]
    public void RefusesWhatIsNone(string body) => Assert.False(ReceivedDate.TryRead(Encoding.ASCII.GetBytes(body), out _));
}
