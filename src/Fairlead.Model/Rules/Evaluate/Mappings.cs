using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>A NAT range as a rule gives it; the flags are NF_NAT_RANGE_*.</summary>
internal sealed record NatRange(uint Flags, IPAddress? From, IPAddress? To, int PortFrom, int PortTo, int BasePort)
{
    public const uint Addresses = 1, Ports = 2, Random = 4, RandomFully = 16, Offset = 32, Netmap = 64;

    public bool Has(uint flag) => (Flags & flag) != 0;
}

/// <summary>One rewriting that a NAT rule may do.</summary>
internal sealed record Mapping(bool Destination, IPAddress? Address, int? Port, string Did)
{
    public string? Pending { get; init; }
    public (int From, int To)? PendingPorts { get; init; }

    public Packet On(Packet packet)
    {
        var before = packet.Original ?? (packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort);
        var after = Destination
            ? packet with { Destination = Address ?? packet.Destination, DestinationPort = Port ?? packet.DestinationPort }
            : packet with { Source = Address ?? packet.Source, SourcePort = Port ?? packet.SourcePort, SourcePortFree = packet.SourcePortFree && Port is null };
        var changed = Pending is not null || PendingPorts is not null || !after.Equals(packet);
        if (!changed) return packet;
        return after with
        {
            Original = before,
            ReplyTuple = (after.Destination, after.DestinationPort, after.Source, after.SourcePort),
            DestinationNatted = packet.DestinationNatted || Destination,
            SourceNatted = packet.SourceNatted || !Destination,
        };
    }
}

/// <summary>What NAT rules do to the first packet of a flow (net/netfilter/nf_nat_core.c).</summary>
internal static class Mappings
{
    private const int MostChoices = 16;

    /// <summary>Whether the nat chains of this hook are asked at all: for a flow's first packet, unless its mapping of this sort is set up already.</summary>
    public static bool Asked(Packet packet, Scene scene)
    {
        if (packet.Reply || (packet.State & CtState.New) == 0 || (packet.State & CtState.Untracked) != 0) return false;
        return scene.Hook switch
        {
            // What comes round by lo has been through OUTPUT and POSTROUTING, where both mappings were made.
            Hook.Prerouting => packet.In != "lo" && !packet.DestinationNatted,
            Hook.Output => !packet.DestinationNatted,
            Hook.Input => packet.In != "lo" && !packet.SourceNatted,
            _ => !packet.SourceNatted,
        };
    }

    /// <summary>The rewritings a range allows; null when they are too many, empty when the rule cannot apply.</summary>
    public static ImmutableArray<Mapping>? Of(string kind, NatRange range, Scene scene)
    {
        var packet = scene.Packet;
        var destination = kind switch { "dnat" or "redirect" => true, "netmap" => scene.Hook is Hook.Prerouting or Hook.Output, _ => false };
        var ports = Ports(range, destination, packet);
        if (ports is null) return null;
        if (kind is "masquerade" or "redirect" && Local(kind, packet, scene) is not { } local)
        {
            var pending = range.Has(NatRange.Ports) && packet.Protocol is 6 or 17 ? (range.PortFrom, Math.Max(range.PortFrom, range.PortTo)) : ((int, int)?)null;
            return [.. ports.Select(p => new Mapping(destination, null, destination ? p : null, Told(kind, null, p)) { Pending = kind, PendingPorts = pending })];
        }
        else if (kind is "masquerade" or "redirect")
        {
            return [.. ports.Select(p => new Mapping(destination, Local(kind, packet, scene), p, Told(kind, Local(kind, packet, scene), p)))];
        }
        var addresses = Addresses(kind, range, destination ? packet.Destination : packet.Source);
        if (addresses is null || addresses.Count * ports.Count > MostChoices) return null;
        return [.. addresses.SelectMany(a => ports.Select(p => new Mapping(destination, a, p, Told(kind, a, p))))];
    }

    /// <summary>Of the native statement: addresses and ports may come out of maps.</summary>
    public static ImmutableArray<Mapping>? Of(NatPart part, Scene scene)
    {
        var map = new[] { part.AddressMin, part.PortMin }.FirstOrDefault(o => o?.Source == ValueSource.Map);
        if (map is null)
        {
            var ranges = Choices(part, scene);
            return ranges?.SelectMany(r => Of(part.Kind, r, scene) ?? [null!]).ToImmutableArray() is { } all && !all.Contains(null!) ? all : null;
        }
        if (SetLookup.PossibleElements(map, scene, MostChoices) is not { } elements) return null;
        var mappings = ImmutableArray.CreateBuilder<Mapping>();
        foreach (var element in elements)
        {
            // Not in the map: the kernel leaves the rule. Among others it cannot be told apart here.
            if (element is null) { if (elements.Count == 1) return []; return null; }
            if (Range(part, element, scene) is not { } range || Of(part.Kind, range, scene) is not { } some) return null;
            mappings.AddRange(some);
        }
        return mappings.ToImmutable();
    }

    private static List<NatRange>? Choices(NatPart part, Scene scene)
    {
        var range = Range(part, null, scene);
        return range is null ? null : [range];
    }

    private static NatRange? Range(NatPart part, SetElement? element, Scene scene)
    {
        var flags = part.Flags | (part.AddressMin is null ? 0 : NatRange.Addresses) | (part.PortMin is null ? 0 : NatRange.Ports);
        byte[]? from = Bytes(part.AddressMin, false), to = Bytes(part.AddressMax ?? part.AddressMin, true);
        byte[]? low = Bytes(part.PortMin, false), high = Bytes(part.PortMax ?? part.PortMin, true);
        if ((part.AddressMin is not null && (from is not { Length: 4 or 16 } || to?.Length != from.Length)) || (part.PortMin is not null && (low is null || high is null))) return null;
        return new NatRange(flags, from is null ? null : new IPAddress(from), to is null ? null : new IPAddress(to), Number(low), Number(high), 0);

        byte[]? Bytes(Operand? operand, bool upper)
        {
            if (operand is null) return null;
            if (operand.Source == ValueSource.Map && element is not null) return SetLookup.Cut(upper ? element.DataEnd ?? element.Data : element.Data, operand);
            var value = Operands.Read(operand, scene);
            return value.IsKnown ? value.Bits : null;
        }

        static int Number(byte[]? bytes) => bytes is { Length: >= 2 } ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : 0;
    }

    private static IPAddress? Local(string kind, Packet packet, Scene scene) =>
        kind == "redirect" && scene.Hook == Hook.Output ? (packet.V6 ? IPAddress.IPv6Loopback : IPAddress.Loopback) : null;

    // The port that get_unique_tuple takes: its own where it lies in the range, else the first for DNAT and any for SNAT. Null is "as it is".
    private static List<int?>? Ports(NatRange range, bool destination, Packet packet)
    {
        if (!range.Has(NatRange.Ports) || packet.Protocol is not (6 or 17 or 33 or 132 or 136)) return [null];
        var (from, to) = (range.PortFrom, Math.Max(range.PortFrom, range.PortTo));
        if (from == to) return [from];
        if (!destination) return [null];
        if (range.Has(NatRange.Random | NatRange.RandomFully)) return to - from < MostChoices ? [.. Enumerable.Range(from, to - from + 1)] : null;
        if (range.Has(NatRange.Offset))
        {
            var size = to - from + 1;
            return [from + ((((packet.DestinationPort - range.BasePort) % 65536) + 65536) % 65536 % size)];
        }
        return [packet.DestinationPort >= from && packet.DestinationPort <= to ? null : from];
    }

    private static List<IPAddress?>? Addresses(string kind, NatRange range, IPAddress own)
    {
        if (range.From is null || range.To is null || (!range.Has(NatRange.Addresses) && kind != "netmap")) return [null];
        byte[] from = range.From.GetAddressBytes(), to = range.To.GetAddressBytes(), address = own.GetAddressBytes();
        if (from.Length != address.Length) return [];
        if (kind == "netmap" || range.Has(NatRange.Netmap))
        {
            for (var i = 0; i < address.Length; i++)
            {
                var mask = (byte)~(from[i] ^ to[i]);
                address[i] = (byte)((address[i] & ~mask) | (from[i] & mask));
            }
            return [new IPAddress(address)];
        }
        var all = new List<IPAddress?>();
        for (var at = from; at.AsSpan().SequenceCompareTo(to) <= 0; at = Next(at))
        {
            if (all.Count == MostChoices) return null;
            all.Add(new IPAddress(at));
            if (Array.TrueForAll(at, b => b == 0xff)) break;
        }
        return all;
    }

    private static byte[] Next(byte[] address)
    {
        var next = (byte[])address.Clone();
        for (var i = next.Length - 1; i >= 0; i--)
        {
            if (++next[i] != 0) break;
        }
        return next;
    }

    private static string Told(string kind, IPAddress? address, int? port) => kind switch
    {
        "masquerade" => "masquerade",
        "redirect" => port is null ? "redirect" : $"redirect to :{port}",
        _ => $"{kind} to {(address is null ? "" : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && port is not null ? $"[{address}]" : address.ToString())}{(port is null ? "" : $":{port}")}",
    };
}
