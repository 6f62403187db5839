using System.Net;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>The fib expression: what kind of address, or by which interface a route goes.</summary>
internal static class Fibs
{
    private const int OutIndex = 1, OutName = 2, Type = 3;
    private const int UseSource = 1, UseMark = 4, UseIn = 8, UseOut = 16, Present = 32;

    public static Value Read(Operand operand, Scene scene)
    {
        var packet = scene.Packet;
        var address = (operand.Aux & UseSource) != 0 ? packet.Source : packet.Destination;
        var device = (operand.Aux & UseIn) != 0 ? scene.In : (operand.Aux & UseOut) != 0 ? scene.Out : null;
        if (operand.Key == Type)
            return scene.Around.AddressType(address, device) is { } type ? Operands.Host(type) : Value.Unknown(4);
        return Route(operand, scene, address, device);
    }

    private static Value Route(Operand operand, Scene scene, IPAddress address, string? device)
    {
        var presence = (operand.Aux & Present) != 0;
        var packet = scene.Packet;
        if (scene.Hook is Hook.Prerouting && scene.In == "lo") return Shown(operand, scene, "lo", presence);
        if (scene.Around.AddressType(address, null) == 2) return Shown(operand, scene, null, presence);
        var other = (operand.Aux & UseSource) != 0 ? packet.Destination : packet.Source;
        var route = scene.Around.RouteOut(address, other, (operand.Aux & UseMark) != 0 ? packet.Mark : 0, null);
        if (route is null) return Value.Unknown(presence ? 4 : operand.Length);
        // With an interface among the keys the answer is that interface or nothing (reverse path test).
        var name = device is null || route.Value.Name == device ? route.Value.Name : null;
        return Shown(operand, scene, name, presence);
    }

    private static Value Shown(Operand operand, Scene scene, string? name, bool presence)
    {
        // one byte is stored and the rest of the register cleared: nft 1.0 compares all four
        if (presence) return Value.Of([name is null ? (byte)0 : (byte)1, 0, 0, 0]);
        if (operand.Key == OutIndex)
        {
            if (name is null) return Operands.Host(0);
            return scene.Around.IndexOf(name) is { } index ? Operands.Host(index) : Value.Unknown(4);
        }
        return operand.Key == OutName ? Operands.Name(name) : Value.Unknown(Math.Clamp(operand.Length, 1, 16));
    }
}
