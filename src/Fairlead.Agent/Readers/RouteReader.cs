using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Fairlead.Agent.Native;
using Fairlead.Agent.Netlink;
using Fairlead.Facts;

namespace Fairlead.Agent.Readers;

/// <summary>Routes of every table, from rtnetlink.</summary>
internal static class RouteReader
{
    internal const int GetRoute = 26, NewRoute = 24;
    private const int Cloned = 0x200, DeadOrDown = 1 | 16;

    internal static Reading<ImmutableArray<Route>> Routes(NetlinkSocket socket, string of)
    {
        var all = Dumps.Read(socket, () => [Request(Libc.AF_INET), Request(Libc.AF_INET6)], NewRoute, Decode, Readings.Routes, of);
        return all.IsKnown ? Reading.Of(all.Value.RemoveAll(r => r.Type.Length == 0)) : all;
    }

    internal static Route? Decode(ReadOnlySpan<byte> message)
    {
        if (message.Length < 28)
            return null;
        var family = message[16] == Libc.AF_INET6 ? 6 : 4;
        uint table = message[20], metric = 0;
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(message[24..]);
        IPAddress? destination = null, gateway = null, source = null;
        int? leaves = null, mtu = null;
        ImmutableArray<NextHop> hops = [];
        var attributes = NetlinkAttributes.Of(message, 12);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case 1:
                    destination = Dumps.Address(attributes.Value);
                    break;
                case 4:
                    leaves = (int)attributes.Host;
                    break;
                case 5:
                    gateway = Dumps.Address(attributes.Value);
                    break;
                case 6:
                    metric = (uint)attributes.Host;
                    break;
                case 7:
                    source = Dumps.Address(attributes.Value);
                    break;
                case 8:
                    mtu = Mtu(attributes.Nested);
                    break;
                case 9:
                    hops = NextHops(attributes.Value);
                    break;
                case 15:
                    table = (uint)attributes.Host;
                    break;
                case 18 when attributes.Value.Length > 2:
                    gateway = Dumps.Address(attributes.Value[2..]);
                    break;
            }
        }
        return new Route
        {
            Family = family,
            Table = table,
            // an exception learnt for one destination is no route of a table
            Type = (flags & Cloned) != 0 ? "" : TypeName(message[23]),
            Destination = destination ?? (family == 6 ? IPAddress.IPv6Any : IPAddress.Any),
            PrefixLength = message[17],
            Gateway = gateway,
            Out = leaves,
            PreferredSource = source,
            Metric = metric,
            Scope = Dumps.Scope(message[22]),
            Protocol = message[21],
            Tos = message[19],
            Dead = (flags & DeadOrDown) != 0,
            Mtu = mtu,
            NextHops = hops,
        };
    }

    internal static string TypeName(int type) => type switch
    {
        1 => "unicast",
        2 => "local",
        3 => "broadcast",
        4 => "anycast",
        5 => "multicast",
        6 => "blackhole",
        7 => "unreachable",
        8 => "prohibit",
        9 => "throw",
        10 => "nat",
        _ => $"type {type}",
    };

    private static NetlinkRequest Request(int family)
    {
        var fixedPart = new byte[12];
        fixedPart[0] = (byte)family;
        return new NetlinkRequest(GetRoute).Fixed(fixedPart);
    }

    private static int? Mtu(NetlinkAttributes metrics)
    {
        int? mtu = null;
        while (metrics.Next())
        {
            if (metrics.Type == 2)
                mtu = (int)metrics.Host;
        }
        return mtu;
    }

    /// <summary>struct rtnexthop: length, flags, weight - 1, interface; then attributes.</summary>
    private static ImmutableArray<NextHop> NextHops(ReadOnlySpan<byte> bytes)
    {
        var hops = ImmutableArray.CreateBuilder<NextHop>();
        while (bytes.Length >= 8 && hops.Count < 512)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            if (length < 8 || length > bytes.Length)
                break;
            IPAddress? gateway = null;
            var attributes = new NetlinkAttributes(bytes[8..length]);
            while (attributes.Next())
            {
                if (attributes.Type == 5)
                    gateway = Dumps.Address(attributes.Value);
                else if (attributes.Type == 18 && attributes.Value.Length > 2)
                    gateway = Dumps.Address(attributes.Value[2..]);
            }
            hops.Add(new NextHop(gateway, BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]), bytes[3] + 1, (bytes[2] & DeadOrDown) != 0));
            bytes = bytes[Math.Min(bytes.Length, (length + 3) & ~3)..];
        }
        return hops.ToImmutable();
    }
}
