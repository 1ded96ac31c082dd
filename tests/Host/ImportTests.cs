using System.Globalization;

namespace Merpati.Host.Tests;

/// <summary>Aliases, groups, forwards and accounts as CSV, in and out.</summary>
public sealed class ImportTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice", "bob");
        (await Command.MerpatiAsync(_folder["copy"], null, "domain", "add", "example.org")).Fine();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    [Fact]
    public async Task WhatIsExportedComesInAgainAsItWas()
    {
        await Run("data", "alias", "add", "sales@example.org", "alice@example.org", "bob@example.org");
        await Run("data", "group", "add", "staff@example.org", "--name", "Bakers, \"all\"", "--member", "alice@example.org", "--post", "named", "--poster", "bob@example.org", "alice@example.org", "--hide-members");
        await Run("data", "forward", "add", "old@example.org", "alice@example.org", "--tell");
        foreach (var kind in new[] { "account", "alias", "group", "forward" })
        {
            var rows = await Run("data", kind, "export");
            await File.WriteAllTextAsync(_folder["rows.csv"], rows);
            await Run("copy", kind, "import", _folder["rows.csv"]);
            Assert.Equal(rows, await Run("copy", kind, "export"));
            if (kind is "alias" or "group") await Run("copy", kind, "import", _folder["rows.csv"]); // what is there already does no harm
        }
    }

    [Fact]
    public async Task TenThousandMembersComeInAtOnce()
    {
        await File.WriteAllLinesAsync(_folder["rows.csv"], Enumerable.Range(0, 10_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"staff@example.org,member{i}@example.org")));
        Assert.Contains("added 10000 of 10000 rows", await Run("data", "group", "import", _folder["rows.csv"]), StringComparison.Ordinal);
        Assert.Equal(10_002, (await Run("data", "group", "export", "staff@example.org")).TrimEnd().Split('\n').Length);
        Assert.Contains("10000", await Run("data", "group", "list"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alias", "sales@example.org,alice@example.org", "line 2: a row has", "info@example.org")]
    [InlineData("alias", "sales@example.org,alice@example.org", "line 2: \"nobody\" is not an address", "info@example.org,nobody")]
    [InlineData("group", "staff@example.org,alice@example.org", "line 2: post is", "staff@example.org,,Staff,everybody")]
    [InlineData("group", "staff@example.org,alice@example.org", "line 2: how the group is", "staff@example.org,bob@example.org,Staff")]
    [InlineData("forward", "old@example.org,alice@example.org", "line 2: the mode is", "older@example.org,alice@example.org,loud")]
    public async Task NothingComesInFromAFileWithAMalformedRow(string kind, string good, string fault, string bad)
    {
        await File.WriteAllLinesAsync(_folder["rows.csv"], [good, bad]);
        var result = await Command.MerpatiAsync(_folder["data"], null, kind, "import", _folder["rows.csv"]);
        Assert.Equal(1, result.Status);
        Assert.Contains(fault, result.Error, StringComparison.Ordinal);
        Assert.Equal("[]", (await Run("data", kind, "list", "--json")).Trim());
    }

    [Fact]
    public async Task RowsThatCannotBeAddedAreToldWithTheirLines()
    {
        await File.WriteAllLinesAsync(_folder["rows.csv"], ["alias,target", "sales@example.org,alice@example.org", "alice@example.org,bob@example.org", "x@example.net,bob@example.org"]);
        var result = await Command.MerpatiAsync(_folder["data"], null, "alias", "import", _folder["rows.csv"]);
        Assert.Equal(1, result.Status);
        Assert.Contains("added 1 of 3 rows", result.Output, StringComparison.Ordinal);
        Assert.Contains("line 3: alice@example.org is there already, as an account", result.Error, StringComparison.Ordinal);
        Assert.Contains("line 4: the domain example.net is not one of ours", result.Error, StringComparison.Ordinal);
    }

    private async Task<string> Run(string data, params string[] arguments) => (await Command.MerpatiAsync(_folder[data], null, arguments)).Fine();
}
