namespace Merpati.Architecture.Tests;

/// <summary>What a checker found, shown whole when a test fails.</summary>
internal static class Findings
{
    public static void AssertNone(IEnumerable<string> findings)
    {
        var list = findings.ToList();
        Assert.True(list.Count == 0, $"{list.Count} found:\n" + string.Join('\n', list));
    }
}
