using System.Collections.Immutable;
using System.Net;
using System.Text;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Evaluate;

namespace Fairlead.Tests.Evaluate;

/// <summary>Rules and packets in few words.</summary>
internal static class Make
{
    public static readonly VerdictPart Accept = new(VerdictCode.Accept, null);
    public static readonly VerdictPart Drop = new(VerdictCode.Drop, null);
    public static readonly VerdictPart Return = new(VerdictCode.Return, null);

    public static VerdictPart Jump(string chain) => new(VerdictCode.Jump, chain);

    public static VerdictPart Goto(string chain) => new(VerdictCode.Goto, chain);

    public static Packet Tcp(string from, string to, int port, string? input = null, string? output = null, bool free = true) => new()
    {
        Protocol = 6,
        Source = IPAddress.Parse(from),
        SourcePort = 40000,
        SourcePortFree = free,
        Destination = IPAddress.Parse(to),
        DestinationPort = port,
        In = input,
        Out = output,
    };

    public static Packet AnswerTo(Packet first) => first with
    {
        Source = first.Destination,
        SourcePort = first.DestinationPort,
        Destination = first.Source,
        DestinationPort = first.SourcePort,
        SourcePortFree = false,
        DestinationPortFree = first.SourcePortFree,
        In = first.Out,
        Out = first.In,
        Reply = true,
        State = CtState.Established,
        TcpFlags = 0x12,
    };

    public static Match Source(string cidr, bool not = false) => Address(12, cidr, not);

    public static Match Destination(string cidr, bool not = false) => Address(16, cidr, not);

    public static Match In(string name, bool not = false) => Interface(6, name, not);

    public static Match Out(string name, bool not = false) => Interface(7, name, not);

    public static Match Protocol(int number) => new(new Operand(ValueSource.Meta, 16, 1), 0, [(byte)number], null);

    public static Match Port(int port, int? to = null, bool source = false, bool not = false) =>
        new(new Operand(ValueSource.Payload, 0, 2) { Base = 2, Offset = source ? 0 : 2 }, not ? 1 : 0, Net16(port), to is { } t ? Net16(t) : null);

    public static Match State(CtState states) =>
        new(new Operand(ValueSource.Ct, 0, 4) { Mask = Host32((uint)states) }, 1, [0, 0, 0, 0], null);

    public static Match Mark(uint mark, uint mask = 0xffffffff) => new(new Operand(ValueSource.Meta, 3, 4) { Mask = Host32(mask) }, 0, Host32(mark), null);

    /// <summary>A match that nothing here can decide.</summary>
    public static Part Riddle(string name = "riddle") => new XtPart(false, name, 0, new byte[8]);

    public static XtPart Xt(string name, int revision, byte[] info, bool target = false) => new(target, name, revision, info);

    public static XtPart Conntrack(CtState states, uint more = 0)
    {
        var info = new byte[168];
        Host16(1).CopyTo(info, 146);
        Host16((int)((uint)states | more)).CopyTo(info, 150);
        return Xt("conntrack", 3, info);
    }

    /// <param name="type">RTN number: 2 is local.</param>
    public static XtPart DestinationType(int type, bool not = false)
    {
        var info = new byte[8];
        Host16(1 << type).CopyTo(info, 2);
        info[4] = not ? (byte)2 : (byte)0;
        return Xt("addrtype", 1, info);
    }

    public static XtPart Dnat(string address, int port)
    {
        var info = new byte[48];
        info[0] = 3;
        IPAddress.Parse(address).GetAddressBytes().CopyTo(info, 4);
        IPAddress.Parse(address).GetAddressBytes().CopyTo(info, 20);
        Net16(port).CopyTo(info, 36);
        Net16(port).CopyTo(info, 38);
        return Xt("DNAT", 2, info, true);
    }

    public static XtPart Masquerade()
    {
        var info = new byte[24];
        info[0] = 1;
        return Xt("MASQUERADE", 0, info, true);
    }

    public static XtPart Reject(int with) => Xt("REJECT", 0, [(byte)with, 0, 0, 0, 0, 0, 0, 0], true);

    public static Chain Chain(string name, params Part[][] rules) => Base(null, 0, name, null, rules);

    public static Chain Base(Hook? hook, int priority, string name, bool? accepts, params Part[][] rules) => new()
    {
        Family = TableFamily.Ip,
        Table = "t",
        Name = name,
        Hook = hook,
        Priority = priority,
        Type = hook is null ? null : "filter",
        PolicyAccepts = hook is null ? null : accepts ?? true,
        Rules = [.. rules.Select((parts, i) => new Rule { Family = TableFamily.Ip, Table = "t", Chain = name, Index = i, Handle = (ulong)i + 1, Parts = [.. parts] })],
    };

    public static Chain Nat(Hook hook, string name, params Part[][] rules) =>
        Base(hook, hook is Hook.Prerouting or Hook.Output ? -100 : 100, name, true, rules) with { Type = "nat" };

    public static Table Table(params Chain[] chains) => Table("t", TableStyle.Iptables, chains);

    public static Table Table(string name, TableStyle style, params Chain[] chains) =>
        new() { Family = TableFamily.Ip, Name = name, Style = style, Chains = [.. chains], Sets = [] };

    public static CompiledRules Rules(params Table[] tables) =>
        CompiledRules.Compile(new RuleSet { Generation = 1, Stable = true, Tables = [.. tables], IpSets = [] });

    /// <summary>One rule, then accept: does it match?</summary>
    public static Truth Ask(Packet packet, params Part[] parts) => Ask(packet, Hook.Forward, 0, parts);

    public static Truth Ask(Packet packet, Hook hook, int priority, params Part[] parts)
    {
        var branches = Rules(Table(Base(hook, priority, "C", true, [.. parts, Drop]))).Run(hook, packet, new Around());
        return branches.Length == 2 ? Truth.Unknown : branches.Single().End == HookEnd.Drop ? Truth.Yes : Truth.No;
    }

    public static byte[] Net16(int n) => [(byte)(n >> 8), (byte)n];

    public static byte[] Host16(int n) => [(byte)n, (byte)(n >> 8)];

    public static byte[] Host32(uint n) => BitConverter.GetBytes(n);

    private static Match Address(int offset, string cidr, bool not)
    {
        var parts = cidr.Split('/');
        var bits = parts.Length == 2 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 32;
        var mask = BitConverter.GetBytes(IPAddress.HostToNetworkOrder(bits == 0 ? 0 : (int)(uint.MaxValue << (32 - bits))));
        return new Match(new Operand(ValueSource.Payload, 0, 4) { Base = 1, Offset = offset, Mask = bits == 32 ? null : mask }, not ? 1 : 0,
            IPAddress.Parse(parts[0]).GetAddressBytes(), null);
    }

    // "eth+" compares the letters only, "eth0" its NUL too.
    private static Match Interface(int key, string name, bool not)
    {
        var bytes = Encoding.ASCII.GetBytes(name.EndsWith('+') ? name[..^1] : name + "\0");
        return new Match(new Operand(ValueSource.Meta, key, 16), not ? 1 : 0, bytes, null);
    }
}

/// <summary>A host with 198.51.100.1 on eth0 and bridges br-a (192.0.2.1), br-b.</summary>
internal sealed class Around : IRuleSurroundings
{
    private static readonly string[] Names = ["lo", "eth0", "br-a", "br-b"];

    public bool Unread { get; init; }

    public int? AddressType(IPAddress address, string? onlyInterface) => Unread ? null : address.ToString() switch
    {
        "127.0.0.1" or "198.51.100.1" or "192.0.2.1" => 2,
        "255.255.255.255" => 3,
        "224.0.0.1" => 5,
        _ => 1,
    };

    public (int? Index, string? Name)? RouteOut(IPAddress destination, IPAddress? source, uint mark, string? inInterface)
    {
        if (Unread) return null;
        var text = destination.ToString();
        var name = text.StartsWith("192.0.2.", StringComparison.Ordinal) ? "br-a" : text.StartsWith("203.0.113.", StringComparison.Ordinal) ? "br-b" : "eth0";
        return (IndexOf(name), name);
    }

    public int? IndexOf(string name) => Array.IndexOf(Names, name) is var i and >= 0 ? i + 1 : null;

    public int? HardwareOf(string name) => name == "lo" ? 772 : 1;

    public Truth HasSocket(Packet packet, bool wildcard) => Truth.Unknown;
}
