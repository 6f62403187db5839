using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Fairlead.Agent.Native;
using Fairlead.Agent.Netlink;
using Fairlead.Facts;

namespace Fairlead.Agent.Readers;

/// <summary>ARP and ND entries, from rtnetlink.</summary>
internal static class NeighbourReader
{
    private const int GetNeighbour = 30, NewNeighbour = 28;

    internal static Reading<ImmutableArray<Neighbour>> Neighbours(NetlinkSocket socket, string of)
    {
        var all = Dumps.Read(socket, () => [Request(Libc.AF_INET), Request(Libc.AF_INET6)], NewNeighbour, Decode, Readings.Neighbours, of);
        return all.IsKnown ? Reading.Of(all.Value.RemoveAll(n => n.State == "")) : all;
    }

    internal static Neighbour? Decode(ReadOnlySpan<byte> message)
    {
        if (message.Length < 28)
            return null;
        IPAddress? address = null;
        string? mac = null;
        var attributes = NetlinkAttributes.Of(message, 12);
        while (attributes.Next())
        {
            if (attributes.Type == 1)
                address = Dumps.Address(attributes.Value);
            else if (attributes.Type == 2)
                mac = LinkReader.Mac(attributes.Value) is { Length: > 0 } text ? text : null;
        }
        // bridge forwarding entries have no address of this kind: they are left out
        return address is null
            ? new Neighbour(0, IPAddress.Any, null, "")
            : new Neighbour(BinaryPrimitives.ReadInt32LittleEndian(message[20..]), address, mac, State(BinaryPrimitives.ReadUInt16LittleEndian(message[24..])));
    }

    private static string State(int state) => state switch
    {
        0 => "none",
        1 => "incomplete",
        2 => "reachable",
        4 => "stale",
        8 => "delay",
        16 => "probe",
        32 => "failed",
        64 => "noarp",
        128 => "permanent",
        _ => $"state {state}",
    };

    private static NetlinkRequest Request(int family)
    {
        var fixedPart = new byte[12];
        fixedPart[0] = (byte)family;
        return new NetlinkRequest(GetNeighbour).Fixed(fixedPart);
    }
}
