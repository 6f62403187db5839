using System.Buffers.Binary;
using System.Text;
using Fairlead.Facts;

namespace Fairlead.Agent.Dial;

/// <summary>The first messages of PostgreSQL's protocol 3.</summary>
internal static class Postgres
{
    internal static byte[] SslRequest => [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f];

    /// <summary>StartupMessage of a user that no server has: it gets no further than the access rules.</summary>
    internal static byte[] Startup
    {
        get
        {
            var text = "user\0fairlead\0application_name\0fairlead\0\0"u8;
            var message = new byte[8 + text.Length];
            BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), 3 << 16);
            text.CopyTo(message.AsSpan(8));
            return message;
        }
    }

    internal static bool IsComplete(byte[] said) => said.Length >= 5 && said.Length > Math.Min(BinaryPrimitives.ReadUInt32BigEndian(said.AsSpan(1)), 4000u);

    /// <summary>An authentication request or an error; null where it is neither.</summary>
    internal static AnswerFact? Recognise(ReadOnlySpan<byte> said)
    {
        if (said.Length < 9 || BinaryPrimitives.ReadUInt32BigEndian(said[1..]) is < 8 or > 8192)
            return null;
        if (said[0] == 'R')
            return new AnswerFact("postgres", null, "authentication request", Spoken.Done);
        if (said[0] != 'E')
            return null;
        // fields: one letter, text, NUL. C is the SQLSTATE, M the message (translated, but file names stay)
        string code = "", message = "";
        foreach (var field in Encoding.Latin1.GetString(said[5..]).Split('\0'))
        {
            if (field.StartsWith('C'))
                code = field[1..];
            else if (field.StartsWith('M') && message.Length == 0)
                message = field[1..];
        }
        if (code.Length != 5)
            return null;
        var refused = code is "53300" or "57P03" || message.Contains("pg_hba.conf", StringComparison.Ordinal);
        return new AnswerFact("postgres", null, $"{code} {message}" is var text && text.Length > 64 ? text[..64] : text, refused ? Spoken.RefusedByServer : Spoken.Done);
    }
}
