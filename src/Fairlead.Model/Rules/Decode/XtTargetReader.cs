namespace Fairlead.Model.Rules.Decode;

/// <summary>Blobs of targets to their views.</summary>
internal static class XtTargetReader
{
    internal static XtView? Read(string name, int revision, XtBlob b) => (name, revision) switch
    {
        ("SNAT", <= 2) => Nat("snat", b),
        ("DNAT", <= 2) => Nat("dnat", b),
        ("MASQUERADE", 0) => Nat("masquerade", b),
        ("REDIRECT", 0) => Nat("redirect", b),
        ("NETMAP", 0) => Nat("netmap", b),
        ("REJECT", 0) when b.Length >= 4 => Reject((int)b.Host32(0), b.V6),
        ("LOG", 0) when b.Length >= 32 => new XtLog(b.Byte(0), b.Byte(1), b.Text(2, 30)),
        ("NFLOG", 0) when b.Length >= 76 => new XtNflog(b.Host32(0), b.Host16(4), b.Host16(6), b.Host16(8), b.Text(12, 64)),
        ("MARK", 2) when b.Length >= 8 => new XtSetMark(b.Host32(0), b.Host32(4)),
        ("CONNMARK", 1) when b.Length >= 13 => new XtSetConnmark(b.Byte(12), b.Host32(0), b.Host32(4), b.Host32(8), 0, false),
        ("CONNMARK", 2) when b.Length >= 15 => new XtSetConnmark(b.Byte(14), b.Host32(0), b.Host32(4), b.Host32(8), b.Byte(13), b.Byte(12) != 0),
        ("TCPMSS", 0) when b.Length >= 2 => new XtSetTcpmss(b.Host16(0)),
        ("NOTRACK", 0) => new XtCt(3, 0, 0, 0, "", ""),
        ("CT", 0) when b.Length >= 28 => new XtCt(b.Host16(0), b.Host16(2), b.Host32(4), b.Host32(8), b.Text(12, 16), ""),
        ("CT", 1 or 2) when b.Length >= 60 => new XtCt(b.Host16(0), b.Host16(2), b.Host32(4), b.Host32(8), b.Text(12, 16), b.Text(28, 32)),
        ("TPROXY", 0) when b.Length >= 14 => new XtTproxy(b.Host32(0), b.Host32(4), b.Bytes(8, 4), b.Net16(12)),
        ("TPROXY", 1) when b.Length >= 26 => new XtTproxy(b.Host32(0), b.Host32(4), b.Address(8), b.Net16(24)),
        ("SET", 1) when b.Length >= 8 => new XtSetTarget(1, Use(b, 0), Use(b, 4), new XtSetUse(65535, 0, 0), 0, uint.MaxValue),
        ("SET", 2) when b.Length >= 16 => new XtSetTarget(2, Use(b, 0), Use(b, 4), new XtSetUse(65535, 0, 0), b.Host32(8), b.Host32(12)),
        ("SET", 3) when b.Length >= 20 => new XtSetTarget(3, Use(b, 0), Use(b, 4), Use(b, 8), b.Host32(12), b.Host32(16)),
        ("CLASSIFY", 0) when b.Length >= 4 => new XtClassify(b.Host32(0)),
        ("DSCP", 0) when b.Length >= 1 => new XtSetDscp(b.Byte(0)),
        ("TOS", 1) when b.Length >= 2 => new XtSetTos(b.Byte(0), b.Byte(1)),
        ("TTL" or "HL", 0) when b.Length >= 2 => new XtSetTtl(b.Byte(0), b.Byte(1)),
        ("NFQUEUE", 0) when b.Length >= 2 => new XtNfqueue(b.Host16(0), 1, 0),
        ("NFQUEUE", 1) when b.Length >= 4 => new XtNfqueue(b.Host16(0), b.Host16(2), 0),
        ("NFQUEUE", 2 or 3) when b.Length >= 6 => new XtNfqueue(b.Host16(0), b.Host16(2), b.Host16(4)),
        ("CHECKSUM", 0) when b.Length >= 1 => new XtChecksum(b.Byte(0)),
        ("TEE", 1) when b.Length >= 32 => new XtTee(b.Address(0), b.Text(16, 16)),
        ("ECN", 0) when b.Length >= 3 => new XtSetEcn(b.Byte(0), b.Byte(1), b.Byte(2)),
        ("AUDIT", 0 or 1) when b.Length >= 1 => new XtAudit(b.Byte(0)),
        ("SYNPROXY", 0) when b.Length >= 4 => new XtSynproxy(b.Byte(0), b.Byte(1), b.Host16(2)),
        ("TRACE", 0) => new XtTrace(),
        ("TCPOPTSTRIP", 0) when b.Length >= 32 => new XtTcpOptStrip(b.Bytes(0, 32)),
        _ => XtRareReader.Target(name, revision, b),
    };

    /// <summary>
    /// Three layouts, told apart by length: up to 24 bytes the IPv4 one with a range count in front, 40 nf_nat_range, 44 and more nf_nat_range2. Name and
    /// revision do not tell: MASQUERADE 0 exists in two.
    /// </summary>
    private static XtNat? Nat(string kind, XtBlob b)
    {
        if (b.Length is >= 20 and <= 24)
            return new XtNat(kind, b.Host32(4), b.Bytes(8, 4), b.Bytes(12, 4), b.NetPorts(16), 0);
        if (b.Length < 40)
            return null;
        return new XtNat(kind, b.Host32(0), b.Address(4), b.Address(20), b.NetPorts(36), b.Length >= 42 ? b.Net16(40) : 0);
    }

    private static XtSetUse Use(XtBlob b, int at) => new(b.Host16(at), b.Byte(at + 2), b.Byte(at + 3));

    private static XtReject? Reject(int with, bool v6)
    {
        var (kind, name) = v6
            ? with switch
            {
                0 => (RejectKind.NoRoute, "icmp6-no-route"),
                1 => (RejectKind.AdminProhibited, "icmp6-adm-prohibited"),
                3 => (RejectKind.AddressUnreachable, "icmp6-addr-unreachable"),
                4 => (RejectKind.PortUnreachable, "icmp6-port-unreachable"),
                6 => (RejectKind.TcpReset, "tcp-reset"),
                7 => (RejectKind.AdminProhibited, "icmp6-policy-fail"),
                8 => (RejectKind.NoRoute, "icmp6-reject-route"),
                _ => default,
            }
            : with switch
            {
                0 => (RejectKind.NetUnreachable, "icmp-net-unreachable"),
                1 => (RejectKind.HostUnreachable, "icmp-host-unreachable"),
                2 => (RejectKind.ProtocolUnreachable, "icmp-proto-unreachable"),
                3 => (RejectKind.PortUnreachable, "icmp-port-unreachable"),
                5 => (RejectKind.NetProhibited, "icmp-net-prohibited"),
                6 => (RejectKind.HostProhibited, "icmp-host-prohibited"),
                7 => (RejectKind.TcpReset, "tcp-reset"),
                8 => (RejectKind.AdminProhibited, "icmp-admin-prohibited"),
                _ => default,
            };
        return name is null ? null : new XtReject(with, kind, name);
    }
}
