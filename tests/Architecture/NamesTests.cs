namespace Merpati.Architecture.Tests;

public sealed class NamesTests
{
    private static readonly string[] Projects =
    [
        "src/Mail/Mail.csproj", "src/Storage.Sqlite/Storage.Sqlite.csproj", "src/Host/Host.csproj", "tests/Mail/Mail.Tests.csproj", "tests/Transcripts/Transcripts.csproj",
    ];

    private static IEnumerable<RepositoryFile> AllCode => Repository.CSharp("src").Concat(Repository.CSharp("tests"));

    [Fact]
    public void NothingHasANameThatSaysNothing() => Findings.AssertNone(AllCode.SelectMany(Names.CheckWords));

    [Fact]
    public void EveryNamespaceMatchesItsFolder()
    {
        var projects = Repository.Projects("src").Concat(Repository.Projects("tests")).Select(project => project.Path).ToList();
        Findings.AssertNone(AllCode.SelectMany(file => Names.CheckNamespaces(file, projects)));
    }

    [Theory]
    [InlineData("src/Mail/Utils/A.cs", "")]
    [InlineData("src/Mail/StringHelper.cs", "")]
    [InlineData("src/Common/A.cs", "")]
    [InlineData("src/Mail/A.Misc.cs", "")]
    [InlineData("src/Mail/A.cs", "class QueueManager { }")]
    [InlineData("src/Mail/A.cs", "interface IProcessor { }")]
    [InlineData("src/Mail/A.cs", "struct MessageData { }")]
    [InlineData("src/Mail/A.cs", "record Data { }")]
    [InlineData("src/Mail/A.cs", "enum PeerInfos { }")]
    [InlineData("src/Mail/A.cs", "delegate void HelperCall();")]
    [InlineData("src/Mail/A.cs", "class Outer { class InfrastructureOfIt { } }")]
    public void FindsANameThatSaysNothing(string path, string text) => Assert.Single(Names.CheckWords(new(path, text)));

    [Theory]
    [InlineData("src/Smtp/Server/Commands/DataCommand.cs", "class DataCommand { }")]
    [InlineData("src/Smtp/DataReceiver.cs", "class DataReceiver { }")]
    [InlineData("src/Mail/A.cs", "class Information { int processorCount; } class Datagram { } class Commonplace { }")]
    public void LetsTheFieldsOwnTermsPass(string path, string text) => Assert.Empty(Names.CheckWords(new(path, text)));

    [Theory]
    [InlineData("src/Mail/Addresses/A.cs", "namespace Merpati.Mail; class A { }")]
    [InlineData("src/Mail/A.cs", "namespace Merpati.Mail.Addresses; class A { }")]
    [InlineData("src/Storage.Sqlite/A.cs", "namespace Merpati.Storage { class A { } }")]
    [InlineData("src/Mail/A.cs", "class A { }")]
    [InlineData("tests/Mail/A.cs", "namespace Merpati.Mail; class A { }")]
    [InlineData("tests/Transcripts/A.cs", "namespace Merpati.Transcripts.Tests; class A { }")]
    [InlineData("tests/Storage/A.cs", "namespace Merpati.Storage; class A { }")]
    public void FindsANamespaceThatDoesNotMatch(string path, string text) => Assert.Single(Names.CheckNamespaces(new(path, text), Projects));

    [Theory]
    [InlineData("src/Mail/A.cs", "namespace Merpati.Mail; class A { class B { } }")]
    [InlineData("src/Storage.Sqlite/Schema/A.cs", "namespace Merpati.Storage.Sqlite { namespace Schema { class A { } } }")]
    [InlineData("tests/Mail/Golden/A.cs", "namespace Merpati.Mail.Tests.Golden; class A { }")]
    [InlineData("tests/Transcripts/A.cs", "namespace Merpati.Transcripts; class A { }")]
    [InlineData("tests/Storage/A.cs", "namespace Merpati.Storage.Contract; class A { }")]
    [InlineData("src/Host/Program.cs", "return 0;")]
    public void LetsAMatchingNamespacePass(string path, string text) => Assert.Empty(Names.CheckNamespaces(new(path, text), Projects));
}
