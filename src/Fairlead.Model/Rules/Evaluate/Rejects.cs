using Fairlead.Model.Rules.Decode;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>Which answer a reject gives, and what the dialling process sees of it.</summary>
public static class Rejects
{
    /// <summary>
    /// What a client sees whose packet is rejected so: the contract's outcome and the Linux errno. From icmp_err_convert (net/ipv4/icmp.c) and
    /// tab_unreach (net/ipv6/icmp.c), and measured on kernel 6.18. A connected UDP socket is only told of some of them; of the others it hears nothing.
    /// </summary>
    /// <param name="protocol">6 tcp, 17 udp.</param>
    public static (string Outcome, int Errno) Outcome(RejectKind kind, bool v6, int protocol)
    {
        const int AccessDenied = 13, ProtocolNotAvailable = 92, NetUnreachable = 101, Refused = 111, HostUnreachable = 113;
        var tcp = protocol == 6;
        (string, int) silent = ("silent", 0);
        return kind switch
        {
            RejectKind.TcpReset => tcp ? ("refused", Refused) : silent,
            RejectKind.PortUnreachable => ("refused", Refused),
            RejectKind.ProtocolUnreachable => ("host-unreachable", ProtocolNotAvailable),
            RejectKind.HostUnreachable or RejectKind.AddressUnreachable => tcp || v6 ? Soft(("host-unreachable", HostUnreachable)) : silent,
            RejectKind.NetUnreachable or RejectKind.NoRoute => tcp || v6 ? Soft(("net-unreachable", NetUnreachable)) : silent,
            RejectKind.NetProhibited => ("net-unreachable", NetUnreachable),
            RejectKind.HostProhibited => ("host-unreachable", HostUnreachable),
            RejectKind.AdminProhibited => v6 ? ("denied", AccessDenied) : ("host-unreachable", HostUnreachable),
            _ => (tcp ? "timeout" : "silent", tcp ? 110 : 0),
        };

        (string, int) Soft((string, int) told) => tcp ? told : silent;
    }

    /// <summary>Of the xt target REJECT. icmp6-reject-route (8) is told to the process as a prohibition (EACCES), not as a missing route.</summary>
    internal static RejectKind OfTarget(XtReject reject, bool v6) => v6 && reject.With == 8 ? RejectKind.AdminProhibited : reject.Kind;

    /// <summary>Of the native statement: type 0 icmp(v6) codes, 1 tcp reset, 2 icmpx.</summary>
    internal static RejectKind OfStatement(RejectPart part, bool v6) => (part.Type, part.Code) switch
    {
        (1, _) => RejectKind.TcpReset,
        (2, 0) => v6 ? RejectKind.NoRoute : RejectKind.NetUnreachable,
        (2, 1) => RejectKind.PortUnreachable,
        (2, 2) => v6 ? RejectKind.AddressUnreachable : RejectKind.HostUnreachable,
        (2, 3) => RejectKind.AdminProhibited,
        (0, 0) => v6 ? RejectKind.NoRoute : RejectKind.NetUnreachable,
        (0, 1) => v6 ? RejectKind.AdminProhibited : RejectKind.HostUnreachable,
        (0, 2) => v6 ? RejectKind.AddressUnreachable : RejectKind.ProtocolUnreachable,
        (0, 3) => v6 ? RejectKind.AddressUnreachable : RejectKind.PortUnreachable,
        (0, 4) when v6 => RejectKind.PortUnreachable,
        (0, 5 or 6) when v6 => RejectKind.AdminProhibited,
        (0, 9) => RejectKind.NetProhibited,
        (0, 10) => RejectKind.HostProhibited,
        (0, 13) => RejectKind.AdminProhibited,
        _ => RejectKind.None,
    };

    internal static string Name(RejectKind kind) => kind switch
    {
        RejectKind.TcpReset => "tcp-reset",
        RejectKind.PortUnreachable => "port-unreachable",
        RejectKind.HostUnreachable => "host-unreachable",
        RejectKind.NetUnreachable => "net-unreachable",
        RejectKind.HostProhibited => "host-prohibited",
        RejectKind.NetProhibited => "net-prohibited",
        RejectKind.AdminProhibited => "admin-prohibited",
        RejectKind.ProtocolUnreachable => "protocol-unreachable",
        RejectKind.NoRoute => "no-route",
        RejectKind.AddressUnreachable => "address-unreachable",
        _ => "without an answer",
    };
}
