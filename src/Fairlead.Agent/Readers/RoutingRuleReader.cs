using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Fairlead.Agent.Native;
using Fairlead.Agent.Netlink;
using Fairlead.Facts;

namespace Fairlead.Agent.Readers;

/// <summary>The routing policy (`ip rule`), from rtnetlink.</summary>
internal static class RoutingRuleReader
{
    private const int GetRule = 34, NewRule = 32, FlagInvert = 2;

    internal static Reading<ImmutableArray<RoutingRule>> Rules(NetlinkSocket socket, string of) => Dumps.Read(
        socket,
        () => [Request(Libc.AF_INET), Request(Libc.AF_INET6)],
        NewRule,
        Decode,
        Readings.Routes,
        of);

    internal static RoutingRule? Decode(ReadOnlySpan<byte> message)
    {
        if (message.Length < 28)
            return null;
        var rule = new RoutingRule
        {
            Family = message[16] == Libc.AF_INET6 ? 6 : 4,
            Priority = 0,
            Table = message[20],
            Tos = message[19],
            Action = Action(message[23]),
            DestinationLength = message[17],
            SourceLength = message[18],
            Invert = (BinaryPrimitives.ReadUInt32LittleEndian(message[24..]) & FlagInvert) != 0,
        };
        var attributes = NetlinkAttributes.Of(message, 12);
        while (attributes.Next())
            rule = With(rule, attributes);
        return attributes.Damaged ? null : rule;
    }

    private static RoutingRule With(RoutingRule rule, NetlinkAttributes attribute) => attribute.Type switch
    {
        1 => rule with { Destination = Dumps.Address(attribute.Value) },
        2 => rule with { Source = Dumps.Address(attribute.Value) },
        3 => rule with { InInterface = attribute.Text },
        4 => rule with { Goto = (uint)attribute.Host },
        6 => rule with { Priority = (uint)attribute.Host },
        10 => rule with { Mark = (uint)attribute.Host },
        14 => rule with { SuppressPrefixLength = (int)attribute.Host == -1 ? null : (int)attribute.Host },
        15 => rule with { Table = (uint)attribute.Host },
        16 => rule with { MarkMask = (uint)attribute.Host },
        17 => rule with { OutInterface = attribute.Text },
        20 when attribute.Value.Length == 8 => rule with
        {
            UidFrom = BinaryPrimitives.ReadUInt32LittleEndian(attribute.Value),
            UidTo = BinaryPrimitives.ReadUInt32LittleEndian(attribute.Value[4..]),
        },
        22 => rule with { IpProtocol = (int)attribute.Host },
        23 when attribute.Value.Length == 4 => rule with { SourcePorts = Range(attribute.Value) },
        24 when attribute.Value.Length == 4 => rule with { DestinationPorts = Range(attribute.Value) },
        // padding, who made it, the realm: no selectors; l3mdev only when it is on
        5 or 11 or 18 or 21 => rule,
        19 when attribute.Host == 0 => rule,
        _ => rule with { Undecoded = true },
    };

    private static (ushort From, ushort To) Range(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadUInt16LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]));

    private static string Action(int action) => action switch
    {
        1 => "lookup",
        2 => "goto",
        3 => "nop",
        6 => "blackhole",
        7 => "unreachable",
        8 => "prohibit",
        _ => $"action {action}",
    };

    private static NetlinkRequest Request(int family)
    {
        var fixedPart = new byte[12];
        fixedPart[0] = (byte)family;
        return new NetlinkRequest(GetRule).Fixed(fixedPart);
    }
}
