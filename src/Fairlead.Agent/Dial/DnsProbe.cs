using System.Buffers.Binary;
using Fairlead.Facts;

namespace Fairlead.Agent.Dial;

/// <summary>A question that any DNS server can answer by itself: localhost, recursion not desired, so that nothing is forwarded for it.</summary>
internal static class DnsProbe
{
    private const ushort Id = 0x4641;

    internal static byte[] Query() =>
        [Id >> 8, Id & 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9, .. "localhost"u8, 0, 0, 1, 0, 1];

    internal static AnswerFact Recognise(ReadOnlySpan<byte> said) =>
        said.Length >= 12 && BinaryPrimitives.ReadUInt16BigEndian(said) == Id && (said[2] & 0x80) != 0
            ? new AnswerFact("dns", said[3] & 15, Rcode(said[3] & 15), Spoken.Done)
            : Answers.Other(said, Spoken.Mismatch);

    internal static string Rcode(int code) => code switch
    {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        _ => $"RCODE{code}",
    };
}
