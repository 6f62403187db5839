using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>One instruction of a packet filter program (struct sock_filter).</summary>
public readonly record struct XtInstruction(int Code, int True, int False, uint Value);

/// <summary>A program over the packet's bytes; shown, not run.</summary>
/// <param name="Pinned">Path of a pinned program; null where the instructions are in the rule.</param>
public sealed record XtBpf(ImmutableArray<XtInstruction> Program, string? Pinned) : XtView;

/// <param name="Nodes">Bit of each local node.</param>
public sealed record XtCluster(uint Total, uint Nodes, uint Seed, bool Invert) : XtView;

/// <param name="Reserved">The header's reserved bits must be 0.</param>
public sealed record XtIpcomp(uint From, uint To, bool Invert, bool Reserved) : XtView;

/// <summary>`ah` of IPv6, which asks the header's length and reserved bits too.</summary>
public sealed record XtAh6(uint From, uint To, bool Invert, uint HeaderLength, bool InvertLength, bool Reserved) : XtView;

/// <summary>`hbh` (hop-by-hop) or `dst` (destination options).</summary>
/// <param name="Length">The header's length, when asked.</param>
/// <param name="Options">Type in the upper byte, length in the lower; 255 for any.</param>
public sealed record XtOptions(bool HopByHop, uint? Length, bool InvertLength, ImmutableArray<int> Options) : XtView;

/// <summary>The address is made of the hardware address (modified EUI-64).</summary>
public sealed record XtEui64 : XtView;

/// <summary>Types of mobility headers.</summary>
public sealed record XtMobility(XtRange Type, bool Invert) : XtView;

/// <param name="Headers">128 hop-by-hop, 64 destination options, 32 routing, 16 fragment, 8 ah, 4 esp, 2 none, 1 a protocol behind them.</param>
/// <param name="Soft">These among others; otherwise exactly these.</param>
public sealed record XtHeaders(int Headers, bool Invert, bool Soft) : XtView;

/// <summary>HMARK: the mark becomes a hash over what the flags name (XT_HMARK_*, bit numbers).</summary>
public sealed record XtHmark(XtAddress Prefixes, int SourcePortMask, int DestinationPortMask, uint Flags, uint Seed, uint Modulus, uint Offset) : XtView;

/// <summary>IDLETIMER: tells user space when nothing came for so many seconds.</summary>
public sealed record XtIdletimer(uint Seconds, string Label, bool Alarm) : XtView;

/// <summary>Blobs of what hardly anybody writes.</summary>
internal static class XtRareReader
{
    private const int Instruction = 8, MostInstructions = 64;

    internal static XtView? Match(string name, int revision, XtBlob b) => (name, revision) switch
    {
        ("bpf", 0) when b.Length >= 4 + MostInstructions * Instruction => Program(b, 0, 4),
        ("bpf", 1) when b.Length >= 8 + MostInstructions * Instruction => b.Host16(0) == 0 ? Program(b, 2, 8) : new XtBpf([], b.Text(8, 512)),
        ("cluster", 0) when b.Length >= 16 => new XtCluster(b.Host32(0), b.Host32(4), b.Host32(8), (b.Host32(12) & 1) != 0),
        ("ipcomp", 0) when b.Length >= 10 => new XtIpcomp(b.Host32(0), b.Host32(4), (b.Byte(8) & 1) != 0, b.Byte(9) != 0),
        ("ah", 0) when b.V6 && b.Length >= 14 => new XtAh6(b.Host32(0), b.Host32(4), (b.Byte(13) & 1) != 0, b.Host32(8), (b.Byte(13) & 2) != 0, b.Byte(12) != 0),
        ("hbh" or "dst", 0) when b.Length >= 39 => Options(name == "hbh", b),
        ("eui64", 0) => new XtEui64(),
        ("mh", 0) when b.Length >= 3 => new XtMobility(new XtRange(b.Byte(0), b.Byte(1)), (b.Byte(2) & 1) != 0),
        ("ipv6header", 0) when b.Length >= 3 => new XtHeaders(b.Byte(0), b.Byte(1) != 0, b.Byte(2) != 0),
        _ => null,
    };

    internal static XtView? Target(string name, int revision, XtBlob b) => (name, revision) switch
    {
        ("HMARK", 0) when b.Length >= 60 => Hash(b),
        ("IDLETIMER", 0) when b.Length >= 32 => new XtIdletimer(b.Host32(0), b.Text(4, 28), false),
        ("IDLETIMER", 1) when b.Length >= 34 => new XtIdletimer(b.Host32(0), b.Text(4, 28), b.Byte(33) != 0),
        _ => null,
    };

    private static XtBpf? Program(XtBlob b, int countAt, int at)
    {
        var count = (int)b.Host16(countAt);
        if (count > MostInstructions)
            return null;
        var program = ImmutableArray.CreateBuilder<XtInstruction>(count);
        for (var i = 0; i < count; i++)
            program.Add(new XtInstruction(b.Host16(at + i * Instruction), b.Byte(at + i * Instruction + 2), b.Byte(at + i * Instruction + 3), b.Host32(at + i * Instruction + 4)));
        return new XtBpf(program.ToImmutable(), null);
    }

    private static XtOptions Options(bool hopByHop, XtBlob b)
    {
        const int Length = 1, Some = 2, Most = 16;
        var options = ImmutableArray.CreateBuilder<int>();
        for (var i = 0; (b.Byte(4) & Some) != 0 && i < Math.Min((int)b.Byte(38), Most); i++)
            options.Add(b.Host16(6 + i * 2));
        return new XtOptions(hopByHop, (b.Byte(4) & Length) != 0 ? b.Host32(0) : null, (b.Byte(5) & Length) != 0, options.ToImmutable());
    }

    // Single ports, an SPI and a protocol's mask are not decoded.
    private static XtHmark? Hash(XtBlob b)
    {
        const uint NotDecoded = 0x13c;
        var flags = b.Host32(40);
        return (flags & NotDecoded) != 0 ? null
            : new XtHmark(b.Masked(0), b.Net16(32), b.Net16(34), flags, b.Host32(48), b.Host32(52), b.Host32(56));
    }
}
