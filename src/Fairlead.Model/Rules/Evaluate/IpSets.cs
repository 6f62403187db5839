using Fairlead.Model.Rules.Decode;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>The set match: members of an ipset against the fields that the blob names, each from the source or destination side.</summary>
internal static class IpSets
{
    public static Truth Test(XtSet wanted, Scene scene)
    {
        const int CountersNone = 0;
        if (scene.Rules.IpSet(wanted.Index) is not { } set) return Truth.Unknown;
        var truth = Contains(set, wanted, scene, 0);
        if (wanted.Packets.Op != CountersNone || wanted.Bytes.Op != CountersNone) truth = Truths.And(truth, Truth.Unknown);
        return Truths.Flip(truth, wanted.Invert);
    }

    private static Truth Contains(IpSet set, XtSet wanted, Scene scene, int depth)
    {
        if (!set.MembersDecoded || depth > 4) return Truth.Unknown;
        if (set.Type.StartsWith("list:", StringComparison.Ordinal)) return AnyOf(set, wanted, scene, depth);
        if (set.Family is 2 or 10 && (set.Family == 10) != scene.Packet.V6 && !set.Type.Contains("bitmap:port", StringComparison.Ordinal)) return Truth.No;
        var fields = set.Type[(set.Type.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(',');
        if (wanted.Dimensions < fields.Length) return Truth.Unknown;
        var (truth, best) = (Truth.No, -1);
        foreach (var member in set.Members)
        {
            var one = Holds(member, fields, wanted, scene);
            if (one == Truth.No) continue;
            var width = Width(member);
            // Of the networks that hold the address the narrowest decides; "nomatch" takes it out again.
            if (one == Truth.Yes && width > best)
                (truth, best) = (member.NoMatch != wanted.ReturnNoMatch ? Truth.No : Truth.Yes, width);
            else if (one == Truth.Unknown && truth == Truth.No) truth = Truth.Unknown;
        }
        return truth;
    }

    private static Truth AnyOf(IpSet set, XtSet wanted, Scene scene, int depth)
    {
        var truth = Truth.No;
        foreach (var member in set.Members)
        {
            var inner = member.SetName is null ? null : scene.Rules.IpSet(member.SetName);
            truth = Truths.Or(truth, inner is null ? Truth.Unknown : Contains(inner, wanted, scene, depth + 1));
        }
        return truth;
    }

    private static Truth Holds(IpSetMember member, string[] fields, XtSet wanted, Scene scene)
    {
        var truth = Truth.Yes;
        var addresses = 0;
        for (var i = 0; i < fields.Length && truth != Truth.No; i++)
        {
            var source = wanted.IsSource(i + 1);
            var address = source ? scene.View.Source : scene.View.Destination;
            truth = Truths.And(truth, fields[i] switch
            {
                "ip" or "net" => addresses++ == 0
                    ? Between(address, member.AddressFrom, member.AddressTo)
                    : Between(address, member.Address2From, member.Address2To),
                "port" => Port(member, source, scene),
                "iface" => member.Interface is null ? Truth.Unknown : Truths.Of(member.Interface == (source ? scene.In : scene.Out)),
                "mark" => member.Mark is null ? Truth.Unknown : Truths.Of(member.Mark == scene.Packet.Mark),
                "mac" => scene.Packet.SourceMac is null || member.Mac is null ? Truth.Unknown : Truths.Of(member.Mac.AsSpan().SequenceEqual(scene.Packet.SourceMac)),
                _ => Truth.Unknown,
            });
        }
        return truth;
    }

    private static Truth Between(byte[] address, byte[]? from, byte[]? to)
    {
        if (from is null || from.Length != address.Length) return Truth.Unknown;
        to ??= from;
        return Truths.Of(address.AsSpan().SequenceCompareTo(from) >= 0 && address.AsSpan().SequenceCompareTo(to) <= 0);
    }

    private static Truth Port(IpSetMember member, bool source, Scene scene)
    {
        if (member.PortFrom is not { } from) return Truth.Unknown;
        if (member.Protocol is { } protocol and > 0 && protocol != scene.Packet.Protocol) return Truth.No;
        if (scene.View.HasPorts) return scene.View.Port(source, from, member.PortTo ?? from);
        if (scene.Packet.Protocol is not (1 or 58)) return Truth.No;
        return scene.Packet.IcmpType < 0 ? Truth.Unknown : Truths.Of(from == (scene.Packet.IcmpType << 8 | scene.Packet.IcmpCode));
    }

    // Leading bits that both ends share: the prefix length of a network, so that a longer one counts as narrower.
    private static int Width(IpSetMember member) => Shared(member.AddressFrom, member.AddressTo) + Shared(member.Address2From, member.Address2To);

    private static int Shared(byte[]? from, byte[]? to)
    {
        if (from is null) return 0;
        if (to is null) return from.Length * 8;
        for (var i = 0; i < from.Length && i < to.Length; i++)
        {
            if (from[i] != to[i]) return i * 8 + System.Numerics.BitOperations.LeadingZeroCount((uint)(from[i] ^ to[i])) - 24;
        }
        return from.Length * 8;
    }
}
