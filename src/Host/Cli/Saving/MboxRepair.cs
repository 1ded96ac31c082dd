namespace Merpati.Host.Cli.Saving;

/// <summary>Cuts off what a killed process has left of a message that it was appending to an mbox.</summary>
internal static class MboxRepair
{
    private const int Window = 16 * 1024;

    /// <summary>
    /// Cuts the file back to where the message began when nothing but a part of that message follows: somebody else may have appended to it since. The
    /// message is still in <paramref name="partPath"/>.
    /// </summary>
    public static void Run(FileStream mbox, string partPath, MboxAppend? unfinished)
    {
        if (unfinished is null || mbox.Length <= unfinished.Offset || !File.Exists(partPath)) return;
        using var part = new FileStream(partPath, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
        var first = unfinished.Start();
        var left = mbox.Length - unfinished.Offset;
        if (left > first.Length + part.Length) return; // it is whole
        mbox.Position = unfinished.Offset;
        var ofFirst = (int)Math.Min(left, first.Length);
        if (StartsWith(mbox, first.AsSpan(0, ofFirst)) && IsSame(mbox, part, left - ofFirst)) mbox.SetLength(unfinished.Offset);
    }

    private static bool IsSame(FileStream mbox, FileStream part, long length)
    {
        var expected = new byte[Window];
        for (var left = length; left > 0;)
        {
            var piece = expected.AsSpan(0, (int)Math.Min(left, Window));
            part.ReadExactly(piece);
            if (!StartsWith(mbox, piece)) return false;
            left -= piece.Length;
        }

        return true;
    }

    private static bool StartsWith(FileStream mbox, ReadOnlySpan<byte> expected)
    {
        var found = new byte[expected.Length];
        mbox.ReadExactly(found);
        return expected.SequenceEqual(found);
    }
}
