using System.Buffers.Binary;
using Fairlead.Facts;

namespace Fairlead.Agent.Dial;

/// <summary>Tells by its first bytes what a server speaks, whatever it was asked.</summary>
internal static class Recogniser
{
    /// <summary>http, tls, redis, mysql or other.</summary>
    internal static string KindOf(ReadOnlySpan<byte> said)
    {
        if (said.StartsWith("HTTP/"u8))
            return "http";
        if (IsTls(said))
            return "tls";
        if (IsRedis(said))
            return "redis";
        return MySql(said) is null ? "other" : "mysql";
    }

    /// <summary>What was heard instead of the protocol that was asked for.</summary>
    internal static AnswerFact Mismatch(ReadOnlySpan<byte> said) =>
        new(KindOf(said), said.StartsWith("HTTP/"u8) ? HttpHead.StatusOf(said) : null, Answers.Text(said), Spoken.Mismatch);

    /// <summary>A handshake or alert record of TLS 1.x.</summary>
    internal static bool IsTls(ReadOnlySpan<byte> said) => said.Length >= 3 && said[0] is 0x15 or 0x16 && said[1] == 3 && said[2] <= 4;

    internal static bool IsRedis(ReadOnlySpan<byte> said) =>
        said.StartsWith("+PONG"u8) || said.StartsWith("-ERR "u8) || said.StartsWith("-NOAUTH"u8) || said.StartsWith("-DENIED"u8)
        || said.StartsWith("-LOADING"u8) || said.StartsWith("-MASTERDOWN"u8) || said.StartsWith("-NOPERM"u8);

    /// <summary>
    /// A MySQL or MariaDB greeting, or the error that it sends in its place: 1130 host not allowed, 1129 host blocked, 1040 too many connections.
    /// Null where it is neither.
    /// </summary>
    internal static AnswerFact? MySql(ReadOnlySpan<byte> said)
    {
        if (said.Length < 7)
            return null;
        var length = said[0] | said[1] << 8 | said[2] << 16;
        if (said[3] > 1 || length is < 3 or > 4096)
            return null;
        var body = said[4..Math.Min(said.Length, 4 + length)];
        if (body[0] == 0xff)
        {
            var code = BinaryPrimitives.ReadUInt16LittleEndian(body[1..]);
            return code < 1000 ? null : new AnswerFact("mysql", code, Answers.Text(body[3..]), Spoken.RefusedByServer);
        }
        var end = body[1..].IndexOf((byte)0);
        return body[0] is 9 or 10 && end is > 0 and < 128 && body[1] is >= (byte)'0' and <= (byte)'9'
            ? new AnswerFact("mysql", null, Answers.Text(body.Slice(1, end)), Spoken.Done)
            : null;
    }
}
