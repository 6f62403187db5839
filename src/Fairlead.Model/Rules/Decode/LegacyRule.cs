using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>One legacy entry to parts.</summary>
internal static class LegacyRule
{
    private const int Network = 1, MetaIn = 6, MetaOut = 7, MetaProtocol = 16;

    /// <param name="chainAt">Name of the chain that begins at an offset, or null.</param>
    public static ImmutableArray<Part> Parts(byte[] entries, LegacyEntry entry, LegacyLayout layout, TableFamily family, Func<int, string?> chainAt)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        var ip = entries.AsSpan(entry.At, layout.Header);
        int inverse = ip[layout.Inverse], flags = ip[layout.Flags];
        var v6 = family == TableFamily.Ip6;
        Interface(parts, MetaIn, ip.Slice(layout.In, 16), ip.Slice(layout.InMask, 16), (inverse & 1) != 0);
        Interface(parts, MetaOut, ip.Slice(layout.Out, 16), ip.Slice(layout.OutMask, 16), (inverse & 2) != 0);
        Address(parts, v6 ? 8 : 12, ip.Slice(layout.Source, layout.AddressLength), ip.Slice(layout.SourceMask, layout.AddressLength), (inverse & 8) != 0);
        Address(parts, v6 ? 24 : 16, ip.Slice(layout.Destination, layout.AddressLength), ip.Slice(layout.DestinationMask, layout.AddressLength), (inverse & 16) != 0);
        var protocol = BinaryPrimitives.ReadUInt16LittleEndian(ip[layout.Protocol..]);
        // in IPv6 the number counts only with the flag that it was given
        if (protocol != 0 && (!v6 || (flags & 1) != 0))
            parts.Add(new Match(new Operand(ValueSource.Meta, MetaProtocol, 1), (inverse & 64) != 0 ? 1 : 0, [(byte)protocol], null));
        if (!v6 && (flags & 1) != 0)
            parts.Add(new Match(new Operand(ValueSource.Payload, 0, 2) { Base = Network, Offset = 6, Mask = [0x1f, 0xff] }, (inverse & 32) != 0 ? 0 : 1, [0, 0], null));
        Matches(parts, entries, entry.At + layout.Header, entry.Target);
        parts.Add(entry.Counter);
        Target(parts, entries, entry, (flags & layout.GotoFlag) != 0, chainAt);
        return parts.ToImmutable();
    }

    private static void Interface(ImmutableArray<Part>.Builder parts, int key, ReadOnlySpan<byte> name, ReadOnlySpan<byte> mask, bool inverted)
    {
        var compared = mask.IndexOf((byte)0);
        if (compared < 0)
            compared = 16;
        if (compared > 0)
            parts.Add(new Match(new Operand(ValueSource.Meta, key, compared), inverted ? 1 : 0, name[..compared].ToArray(), null));
    }

    private static void Address(ImmutableArray<Part>.Builder parts, int offset, ReadOnlySpan<byte> address, ReadOnlySpan<byte> mask, bool inverted)
    {
        if (!inverted && !mask.ContainsAnyExcept((byte)0))
            return;
        // a mask of whole bytes is a shorter load, as iptables-nft writes it
        var whole = mask.IndexOfAnyExcept((byte)0xff);
        var length = whole < 0 ? mask.Length : whole > 0 && !mask[whole..].ContainsAnyExcept((byte)0) ? whole : 0;
        var field = new Operand(ValueSource.Payload, 0, length > 0 ? length : mask.Length) { Base = Network, Offset = offset };
        parts.Add(length > 0
            ? new Match(field, inverted ? 1 : 0, address[..length].ToArray(), null)
            : new Match(field with { Mask = mask.ToArray() }, inverted ? 1 : 0, address.ToArray(), null));
    }

    private static void Matches(ImmutableArray<Part>.Builder parts, byte[] entries, int from, int end)
    {
        while (from + 32 <= end)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(entries.AsSpan(from));
            if (size < 32 || from + size > end)
            {
                parts.Add(new UnknownPart("damaged", entries[from..end]));
                return;
            }
            var name = NfAttributes.TextOf(entries.AsSpan(from + 2, 29));
            parts.Add(new XtPart(false, name, entries[from + 31], entries[(from + 32)..(from + size)]));
            from += size;
        }
    }

    private static void Target(ImmutableArray<Part>.Builder parts, byte[] entries, LegacyEntry entry, bool isGoto, Func<int, string?> chainAt)
    {
        var name = entry.TargetName(entries);
        if (name.Length > 0)
        {
            parts.Add(new XtPart(true, name, entry.TargetRevision(entries), entries[(entry.Target + 32)..(entry.Target + entry.TargetSize)]));
            return;
        }
        var verdict = entry.Verdict(entries);
        // a jump to the next entry is the kernel's way to write "no target"
        if (verdict == entry.Next && !isGoto)
            return;
        Part? part = verdict switch
        {
            -1 => new VerdictPart(VerdictCode.Drop, null),
            -2 => new VerdictPart(VerdictCode.Accept, null),
            -4 => new VerdictPart(VerdictCode.Queue, null),
            -5 => new VerdictPart(VerdictCode.Return, null),
            >= 0 when chainAt(verdict) is { } chain => new VerdictPart(isGoto ? VerdictCode.Goto : VerdictCode.Jump, chain),
            _ => null,
        };
        parts.Add(part ?? new UnknownPart("verdict", BitConverter.GetBytes(verdict)));
    }
}
