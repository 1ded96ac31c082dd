using System.Buffers;
using System.Text;
using Merpati.Wire.Connections;

namespace Merpati.Progin.Server;

/// <summary>Puts replies on the wire, their lines ended as the client ends its own. It says when the client is not there to read any more.</summary>
internal sealed class ReplyWriter(WireConnection connection, TimeSpan sendTimeout)
{
    /// <summary>Whether lines end in LF: the client's last command did.</summary>
    public bool EndsInBareLineFeed { get; set; }

    /// <summary>Where octets go.</summary>
    public IBufferWriter<byte> Output => connection.Output;

    /// <summary>Writes the line of a reply.</summary>
    public void Write(in ProginReply reply) => WriteLine(reply.Line);

    /// <summary>Writes a line.</summary>
    public void WriteLine(string line)
    {
        Encoding.UTF8.GetBytes(line, Output);
        Output.Write(EndsInBareLineFeed ? "\n"u8 : "\r\n"u8);
    }

    /// <summary>Sends what was written once it is much; false when the client is gone or does not read.</summary>
    public ValueTask<bool> FlushIfLargeAsync() => connection.FlushIfLargeAsync(sendTimeout);
}
