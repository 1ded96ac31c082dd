namespace Merpati.Host.Tests.Readers;

/// <summary>One post room for the tests of a class, each of which has a maildrop of its own in it. It is made when the first of them asks.</summary>
public sealed class SharedRoom : IAsyncDisposable
{
    private PostRoom? _room;

    /// <summary>A room with a maildrop for each way.</summary>
    internal async Task<PostRoom> OpenAsync(Func<string[], Task<PostRoom>> open) => _room ??= await open([.. Enum.GetValues<Way>().Select(PostRoom.UserOf)]);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _room is { } room ? room.DisposeAsync() : ValueTask.CompletedTask;
}
