using System.Text;
using Merpati.Mail.Messages;

namespace Merpati.Mail.Tests;

public sealed class HeaderFieldsTests
{
    private const int From = 0;
    private const int Date = 1;

    private static HeaderFields Read(string message, int piece = 1, int maxOctets = 4096)
    {
        var fields = new HeaderFields(maxOctets, "From", "Date");
        foreach (var part in Encoding.Latin1.GetBytes(message).Chunk(piece)) fields.Append(part);
        fields.Finish();
        return fields;
    }

    private static string Bodies(HeaderFields fields, int name) => string.Join('|', fields.Bodies(name).Select(body => Encoding.Latin1.GetString(body.Span)));

    [Theory]
    [InlineData("From: a\r\nDate: b\r\n\r\nFrom: body\r\n", " a", " b")]
    [InlineData("FROM:a\r\n b\r\n\tc\r\nDate:\r\n\r\n", "a\r\n b\r\n\tc", "")]
    [InlineData("From : a\r\nDate\t: b\r\n", " a", " b")]
    [InlineData("Subject: x\r\n From: y\r\nDate: b\r\n", "", " b")]
    [InlineData(" From: y\r\nFrom: a\r\n", " a", "")]
    [InlineData("From x@y Mon Nov 22\r\nFrom: a\r\n", " a", "")]
    [InlineData("no field at all\r\nFrom: a\r\n", " a", "")]
    [InlineData("From: a\nDate: b\n\nFrom: body", " a", " b")]
    [InlineData("\r\nFrom: a\r\n", "", "")]
    [InlineData("From: a\r\nFrom: b\r\n", " a| b", "")]
    [InlineData("X-From: a\r\nFroms: b\r\n: c\r\n", "", "")]
    [InlineData("From: a", " a", "")]
    [InlineData("\rFrom: a\r\nDate: b\r\n", "", " b")]
    [InlineData("From: a\r\n \r\n b\r\nDate: c\r\n", " a\r\n \r\n b", " c")]
    [InlineData("", "", "")]
    public void ReadsFieldsHoweverTheyAreHandedIn(string message, string from, string date)
    {
        foreach (var piece in new[] { 1, 2, 3, 1000 })
        {
            var fields = Read(message, piece);
            Assert.Equal(from, Bodies(fields, From));
            Assert.Equal(date, Bodies(fields, Date));
            Assert.False(fields.IsCut(From));
        }
    }

    [Fact]
    public void KeepsNoMoreThanItMay()
    {
        var fields = Read("From: " + new string('x', 5000) + "\r\nDate: today\r\n\r\n", piece: 700);
        Assert.True(fields.IsCut(From));
        Assert.Equal(1, fields.Count(From));
        Assert.Equal(1, fields.Count(Date));

        var many = Read(string.Concat(Enumerable.Repeat("From:\r\n", 100_000)), piece: 4000);
        Assert.True(many.IsCut(From));
        Assert.Equal(100_000, many.Count(From));
        Assert.InRange(many.Bodies(From).Count(), 1, 4096 / 32);
    }
}
