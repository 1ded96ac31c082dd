using System.Net;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Client;
using Merpati.Smtp.Server;

namespace Merpati.Smtp.Tests;

/// <summary>A queue in memory: three recipients wait for branch.example, which alice owns with quiet.example, and broken.example cannot be asked about.</summary>
internal sealed class MemoryOnDemand : IMailOnDemand
{
    public bool HasOwners { get; init; } = true;

    public IReadOnlyList<Domain> OwnedBy(EmailAddress user) =>
        HasOwners && user.Equals(MemorySasl.Alice.Address) ? [Domain("branch.example"), Domain("broken.example"), Domain("quiet.example")] : [];

    public ValueTask<int> StartAsync(QueueNode node, CancellationToken cancellation) => node.Domain.Name switch
    {
        "broken.example" => throw new InvalidOperationException("the store is broken"),
        "branch.example" => new(node.WithBelow ? 5 : 3),
        _ => new(0),
    };

    public ValueTask<bool> HasMailAsync(IReadOnlyList<Domain> domains, CancellationToken cancellation) =>
        domains is [{ Name: "broken.example" }] ? throw new InvalidOperationException("the store is broken") : new(domains.Any(domain => domain.Name == "branch.example"));

    public async Task CarryAsync(IReadOnlyList<Domain> domains, SmtpClient client, IPAddress? peer, CancellationToken cancellation)
    {
        var greeting = await client.GreetAsync(cancellation);
        if (greeting.IsDone) await client.AskAsync($"VRFY {string.Join('+', domains)}", cancellation);
        await client.QuitAsync(cancellation);
    }

    private static Domain Domain(string name) => Mail.Addresses.Domain.TryParse(name, out var domain) ? domain : throw new FormatException(name);
}
