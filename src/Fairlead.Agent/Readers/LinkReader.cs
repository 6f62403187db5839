using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using Fairlead.Agent.Netlink;
using Fairlead.Facts;

namespace Fairlead.Agent.Readers;

/// <summary>Links and their addresses, from rtnetlink.</summary>
internal static class LinkReader
{
    private const int GetLink = 18, NewLink = 16, GetAddress = 22, NewAddress = 20;
    private const int ArpLoopback = 772, ExtMask = 29, SkipStatistics = 8;
    private const int AfSpec = 26, Inet = 2, InetConf = 1, Inet6 = 10, Inet6Conf = 2;

    /// <summary>A link, and its settings as the kernel's arrays hold them (IFLA_AF_SPEC); null where it has none of that family.</summary>
    internal sealed record Configured(Link Link, int[]? Settings4, int[]? Settings6);

    internal static Reading<ImmutableArray<Configured>> Links(NetlinkSocket socket, string of) => Dumps.Read(
        socket,
        () => [new NetlinkRequest(GetLink).Fixed(new byte[16]).AttributeHost(ExtMask, SkipStatistics)],
        NewLink,
        WithSettings,
        Readings.Links,
        of);

    private static Configured? WithSettings(ReadOnlySpan<byte> message)
    {
        if (Link(message) is not { } link)
            return null;
        int[]? four = null, six = null;
        var attributes = NetlinkAttributes.Of(message, 16);
        while (attributes.Next())
        {
            if (attributes.Type != AfSpec)
                continue;
            var families = attributes.Nested;
            while (families.Next())
            {
                if (families.Type == Inet)
                    four = Numbers(families.Nested, InetConf);
                else if (families.Type == Inet6)
                    six = Numbers(families.Nested, Inet6Conf);
            }
        }
        return new Configured(link, four, six);
    }

    /// <summary>The attribute of that type as numbers in the machine's order; null where it is absent.</summary>
    private static int[]? Numbers(NetlinkAttributes attributes, int type)
    {
        while (attributes.Next())
        {
            if (attributes.Type == type)
                return MemoryMarshal.Cast<byte, int>(attributes.Value).ToArray();
        }
        return null;
    }

    internal static Reading<ImmutableArray<LinkAddress>> Addresses(NetlinkSocket socket, string of) => Dumps.Read(
        socket,
        () => [new NetlinkRequest(GetAddress).Fixed(new byte[8])],
        NewAddress,
        Address,
        Readings.Links,
        of);

    internal static Link? Link(ReadOnlySpan<byte> message)
    {
        if (message.Length < 32)
            return null;
        int type = BinaryPrimitives.ReadUInt16LittleEndian(message[18..]), index = BinaryPrimitives.ReadInt32LittleEndian(message[20..]);
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(message[24..]);
        string name = "", mac = "", kind = type == ArpLoopback ? "loopback" : "";
        string? mode = null;
        bool? hairpin = null;
        int? master = null, peer = null, netns = null;
        var mtu = 0;
        var attributes = NetlinkAttributes.Of(message, 16);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case 1:
                    mac = Mac(attributes.Value);
                    break;
                case 3:
                    name = attributes.Text;
                    break;
                case 4:
                    mtu = (int)attributes.Host;
                    break;
                case 5:
                    peer = (int)attributes.Host;
                    break;
                case 10:
                    master = (int)attributes.Host;
                    break;
                case 18:
                    Info(attributes.Nested, ref kind, ref mode, ref hairpin);
                    break;
                case 37:
                    netns = (int)attributes.Host;
                    break;
            }
        }
        return new Link
        {
            Index = index,
            Name = name,
            Kind = kind,
            Mac = mac,
            Mtu = mtu,
            Up = (flags & 1) != 0,
            LowerUp = (flags & 0x10000) != 0,
            Master = master is 0 ? null : master,
            Peer = peer is 0 ? null : peer,
            PeerNetns = netns is < 0 ? null : netns,
            Hairpin = hairpin,
            Mode = mode,
        };
    }

    internal static string Mac(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes.Length > 32 || bytes.IndexOfAnyExcept((byte)0) < 0)
            return "";
        return string.Join(':', bytes.ToArray().Select(b => b.ToString("x2")));
    }

    private static void Info(NetlinkAttributes info, ref string kind, ref string? mode, ref bool? hairpin)
    {
        var portKind = "";
        while (info.Next())
        {
            switch (info.Type)
            {
                case 1:
                    kind = info.Text;
                    break;
                case 2 when kind is "macvlan" or "macvtap" or "ipvlan" or "ipvtap":
                    var data = info.Nested;
                    while (data.Next())
                    {
                        if (data.Type == 1)
                            mode = kind.StartsWith("mac", StringComparison.Ordinal) ? MacvlanMode(data.Host) : IpvlanMode(data.Host);
                    }
                    break;
                case 4:
                    portKind = info.Text;
                    break;
                case 5 when portKind == "bridge":
                    var port = info.Nested;
                    while (port.Next())
                    {
                        if (port.Type == 4)
                            hairpin = port.Host != 0;
                    }
                    break;
            }
        }
    }

    private static string? MacvlanMode(ulong mode) => mode switch
    {
        1 => "private",
        2 => "vepa",
        4 => "bridge",
        8 => "passthru",
        16 => "source",
        _ => null,
    };

    private static string? IpvlanMode(ulong mode) => mode switch
    {
        0 => "l2",
        1 => "l3",
        2 => "l3s",
        _ => null,
    };

    private static LinkAddress? Address(ReadOnlySpan<byte> message)
    {
        if (message.Length < 24)
            return null;
        int length = message[17], scope = message[19], index = BinaryPrimitives.ReadInt32LittleEndian(message[20..]);
        uint flags = message[18];
        IPAddress? address = null, local = null;
        var attributes = NetlinkAttributes.Of(message, 8);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case 1:
                    address = Dumps.Address(attributes.Value);
                    break;
                case 2:
                    local = Dumps.Address(attributes.Value);
                    break;
                case 8:
                    flags = (uint)attributes.Host;
                    break;
            }
        }
        var own = local ?? address;
        // tentative, or duplicate found: neither can be used as a source
        return own is null
            ? null
            : new LinkAddress(index, own, length, Dumps.Scope(scope), (flags & 0x48) != 0, address is not null && !address.Equals(own) ? address : null);
    }
}
