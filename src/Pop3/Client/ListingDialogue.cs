namespace Merpati.Pop3.Client;

/// <summary>LIST and UIDL, together where the server takes that (RFC 1939 §5, §7, RFC 2449 §6.6).</summary>
internal sealed class ListingDialogue(Pop3Dialogue dialogue, Pop3Capabilities offered)
{
    private readonly SizeLines _sizes = new(dialogue.Options.Transcript, dialogue.Options.MaxMessages);
    private readonly UniqueIdLines _uniqueIds = new(dialogue.Options.Transcript, dialogue.Options.MaxMessages);

    public async Task<(Pop3Listing? Listing, Pop3Step Step)> RunAsync(CancellationToken cancellation)
    {
        if (await dialogue.ListenAsync(cancellation) is { } ended) return (null, ended);
        var asksForIds = !offered.IsKnown || offered.HasUniqueIds;
        var together = asksForIds && offered.HasPipelining;
        dialogue.Write("LIST");
        if (together) dialogue.Write("UIDL");
        var listed = await ReadAsync(_sizes, cancellation);
        if (dialogue.Ending is not null) return (null, dialogue.Ending);
        if (!together && !listed.IsDone) return (null, listed);
        if (!together && await dialogue.ListenAsync(cancellation) is { } unasked) return (null, unasked);
        if (!together && asksForIds) dialogue.Write("UIDL");
        Pop3Step? identified = asksForIds ? await ReadAsync(_uniqueIds, cancellation) : null;
        if (dialogue.Ending is not null) return (null, dialogue.Ending);
        if (!listed.IsDone) return (null, listed);
        // Only a server that has not claimed to know it, and names no other reason, may be taken not to know it.
        if (identified is { IsDone: false } && (offered.HasUniqueIds || identified.Outcome != Pop3Outcome.Refused)) return (null, identified);
        if (!_sizes.Sort() || !_uniqueIds.Sort()) return (null, dialogue.End(Pop3Outcome.ProtocolError, "the server lists a message twice"));
        var positions = identified is { IsDone: true } ? Join() : default;
        return (new Pop3Listing(_sizes.Numbers.ToArray(), _sizes.Values.ToArray(), positions, _uniqueIds.UniqueIds), listed);
    }

    private async ValueTask<Pop3Step> ReadAsync(NumberedLines lines, CancellationToken cancellation)
    {
        var step = await dialogue.ReadAsync(dialogue.Options.Timeouts.Command, cancellation);
        return step.IsDone && dialogue.Ending is null ? await dialogue.ReadTextAsync(lines, cancellation) ?? step : step;
    }

    // Where each message's unique-id is, in the order of the listing; both are in the order of the numbers.
    private long[] Join()
    {
        var positions = new long[_sizes.Count];
        var at = 0;
        for (var i = 0; i < positions.Length; i++)
        {
            while (at < _uniqueIds.Count && _uniqueIds.Numbers[at] < _sizes.Numbers[i]) at++;
            positions[i] = at < _uniqueIds.Count && _uniqueIds.Numbers[at] == _sizes.Numbers[i] ? _uniqueIds.Values[at] : Pop3Listing.NoUniqueId;
        }

        return positions;
    }
}
