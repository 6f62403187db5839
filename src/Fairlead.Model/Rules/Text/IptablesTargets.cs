using System.Globalization;
using Fairlead.Model.Rules.Decode;
using static Fairlead.Model.Rules.Text.IptablesText;

namespace Fairlead.Model.Rules.Text;

/// <summary>Targets in iptables-save's words. One that is not known here is printed by name, revision and bytes.</summary>
internal static class IptablesTargets
{
    public static string Of(RuleSet set, XtPart part, bool v6) => XtReader.Read(part, v6) switch
    {
        XtNat nat => Nat(nat, part.Name, v6),
        XtReject reject => " -j REJECT --reject-with " + reject.Name,
        XtLog log => Log(log),
        XtNflog log => Nflog(new LogPart(log.Prefix, log.Group, null, null, (log.Flags & 1) != 0 ? log.Length : null, (uint)log.Threshold)),
        XtSetMark mark => Mark(mark),
        XtSetConnmark mark => Connmark(mark),
        XtSetTcpmss mss => mss.Size == 0xffff ? " -j TCPMSS --clamp-mss-to-pmtu" : string.Create(CultureInfo.InvariantCulture, $" -j TCPMSS --set-mss {mss.Size}"),
        XtCt ct when (ct.Flags & 2) != 0 => " -j NOTRACK",
        XtCt ct => " -j CT" + ((ct.Flags & 1) != 0 ? " --notrack" : "") + (ct.Helper.Length > 0 ? " --helper " + ct.Helper : "")
            + (ct.Timeout.Length > 0 ? " --timeout " + ct.Timeout : "") + Events(" --ctevents ", ct.Events) + Events(" --expevents ", ct.ExpectEvents) + Zone(ct),
        XtNfqueue q => string.Create(CultureInfo.InvariantCulture,
            $" -j NFQUEUE {(q.Total > 1 ? $"--queue-balance {q.Number}:{q.Number + q.Total - 1}" : $"--queue-num {q.Number}")}{((q.Flags & 1) != 0 ? " --queue-bypass" : "")}{((q.Flags & 2) != 0 ? " --queue-cpu-fanout" : "")}"),
        XtClassify c => string.Create(CultureInfo.InvariantCulture, $" -j CLASSIFY --set-class {c.Class >> 16:x4}:{c.Class & 0xffff:x4}"),
        XtSetTarget s => SetTarget(set, s),
        XtAudit a => " -j AUDIT --type " + (a.Type switch { 0 => "accept", 1 => "drop", _ => "reject" }),
        XtSetTtl t => string.Create(CultureInfo.InvariantCulture, $" -j {part.Name} --{part.Name.ToLowerInvariant()}-{t.Mode switch { 0 => "set", 1 => "inc", _ => "dec" }} {t.Value}"),
        XtSetDscp d => string.Create(CultureInfo.InvariantCulture, $" -j DSCP --set-dscp 0x{d.Value:x2}"),
        XtSetTos t => string.Create(CultureInfo.InvariantCulture, $" -j TOS --set-tos 0x{t.Value:x2}/0x{t.Mask:x2}"),
        XtTee t => " -j TEE --gateway " + IptablesMatches.Ip(t.Gateway) + (t.Interface.Length > 0 ? " --oif " + t.Interface : ""),
        XtTcpOptStrip o => " -j TCPOPTSTRIP --strip-options " + string.Join(',', Enumerable.Range(0, 256).Where(i => (o.Options[i / 8] >> i % 8 & 1) != 0)),
        XtChecksum { Operation: 1 } => " -j CHECKSUM --checksum-fill",
        XtSetEcn e => Ecn(e),
        XtTrace => " -j TRACE",
        XtTproxy t => string.Create(CultureInfo.InvariantCulture, $" -j TPROXY --on-port {t.Port} --on-ip {IptablesMatches.Ip(v6 || t.Address.Length == 4 ? t.Address : t.Address[..4])} --tproxy-mark 0x{t.Mark:x}/0x{t.MarkMask:x}"),
        var other => IptablesExtensions.Target(other) ?? $" -j {part.Name}{IptablesMatches.Raw(part)}",
    };

    private static string Events(string option, uint bits)
    {
        string[] names = ["new", "related", "destroy", "reply", "assured", "protoinfo", "helper", "mark", "natseqinfo", "secmark"];
        return bits == 0 ? "" : option + string.Join(',', names.Where((_, i) => (bits >> i & 1) != 0));
    }

    private static string Zone(XtCt ct)
    {
        if (ct.Zone == 0 && (ct.Flags & 16) == 0)
            return "";
        var option = (ct.Flags & 12) switch { 4 => " --zone-orig ", 8 => " --zone-reply ", _ => " --zone " };
        return option + ((ct.Flags & 16) != 0 ? "mark" : ct.Zone.ToString(CultureInfo.InvariantCulture));
    }

    private static string SetTarget(RuleSet set, XtSetTarget s)
    {
        const int None = 65535;
        string use(string option, XtSetUse u) =>
            u.Index == None ? "" : $" --{option}-set {IptablesMatches.SetName(set, u.Index)} {IptablesMatches.Directions(u.Dimensions, u.Flags)}";
        return " -j SET" + use("add", s.Add)
            + (s.Add.Index != None && (s.Flags & 1) != 0 ? " --exist" : "")
            + (s.Add.Index != None && s.Timeout != uint.MaxValue ? string.Create(CultureInfo.InvariantCulture, $" --timeout {s.Timeout}") : "")
            + use("del", s.Delete) + use("map", s.Map)
            + ((s.Flags & 0x100) != 0 ? " --map-mark" : "") + ((s.Flags & 0x200) != 0 ? " --map-prio" : "") + ((s.Flags & 0x400) != 0 ? " --map-queue" : "");
    }

    private static string Ecn(XtSetEcn e)
    {
        if ((e.Operation & 0x30) == 0x30 && (e.Tcp & 3) == 0)
            return " -j ECN --ecn-tcp-remove";
        return " -j ECN" + ((e.Operation & 0x10) != 0 ? $" --ecn-tcp-ece {((e.Tcp & 1) != 0 ? 1 : 0)}" : "")
            + ((e.Operation & 0x20) != 0 ? $" --ecn-tcp-cwr {((e.Tcp & 2) != 0 ? 1 : 0)}" : "")
            + ((e.Operation & 1) != 0 ? string.Create(CultureInfo.InvariantCulture, $" --ecn-ip-ect {e.Ect}") : "");
    }

    public static string Nflog(LogPart log) => " -j NFLOG"
        + (string.IsNullOrEmpty(log.Prefix) ? "" : " --nflog-prefix " + Quoted(log.Prefix))
        + (log.Group is > 0 and var group ? string.Create(CultureInfo.InvariantCulture, $" --nflog-group {group}") : "")
        + (log.Snaplen is > 0 and var size ? string.Create(CultureInfo.InvariantCulture, $" --nflog-size {size}") : "")
        + (log.Threshold is > 1 and var threshold ? string.Create(CultureInfo.InvariantCulture, $" --nflog-threshold {threshold}") : "");

    private static string Nat(XtNat nat, string name, bool v6)
    {
        var ports = nat.HasPorts ? Range(nat.Ports.From, nat.Ports.To).Replace(':', '-') : "";
        var addresses = "";
        if (nat.HasAddress)
        {
            var (min, max) = (IptablesMatches.Ip(nat.AddressMin), IptablesMatches.Ip(nat.AddressMax));
            addresses = min == max ? min : $"{min}-{max}";
            addresses = v6 && ports.Length > 0 ? $"[{addresses}]" : addresses;
        }

        // ports that are moved as a block
        if ((nat.Flags & 32) != 0 && ports.Length > 0)
            ports += string.Create(CultureInfo.InvariantCulture, $"/{nat.BasePort}");
        var flags = ((nat.Flags & 4) != 0 ? " --random" : "") + ((nat.Flags & 16) != 0 ? " --random-fully" : "") + ((nat.Flags & 8) != 0 ? " --persistent" : "");
        var to = ports.Length > 0 ? $"{addresses}:{ports}" : addresses;
        return nat.Kind switch
        {
            "dnat" => $" -j DNAT --to-destination {to}{flags}",
            "snat" => $" -j SNAT --to-source {to}{flags}",
            "masquerade" => $" -j MASQUERADE{(ports.Length > 0 ? " --to-ports " + ports : "")}{flags}",
            "redirect" => $" -j REDIRECT{(ports.Length > 0 ? " --to-ports " + ports : "")}{flags}",
            "netmap" => $" -j NETMAP --to {Netmap(nat)}",
            _ => $" -j {name} {to}{flags}",
        };
    }

    private static string Netmap(XtNat nat)
    {
        var mask = nat.AddressMin.Select((b, i) => (byte)~(b ^ nat.AddressMax[i])).ToArray();
        return IptablesMatches.PrefixOf(mask) is { } bits
            ? string.Create(CultureInfo.InvariantCulture, $"{IptablesMatches.Ip(nat.AddressMin)}/{bits}")
            : $"{IptablesMatches.Ip(nat.AddressMin)}/{IptablesMatches.Ip(mask)}";
    }

    private static string Log(XtLog log) => " -j LOG" + (log.Prefix.Length == 0 ? "" : $" --log-prefix {Quoted(log.Prefix)}")
        + (log.Level == 4 ? "" : string.Create(CultureInfo.InvariantCulture, $" --log-level {log.Level}"))
        + ((log.Flags & 1) != 0 ? " --log-tcp-sequence" : "") + ((log.Flags & 2) != 0 ? " --log-tcp-options" : "")
        + ((log.Flags & 4) != 0 ? " --log-ip-options" : "") + ((log.Flags & 8) != 0 ? " --log-uid" : "") + ((log.Flags & 32) != 0 ? " --log-macdecode" : "");

    private static string Mark(XtSetMark m) => string.Create(CultureInfo.InvariantCulture, $" -j MARK --set-xmark 0x{m.Mark:x}/0x{m.Mask:x}");

    private static string Connmark(XtSetConnmark m) => Connection(m) + (m.Shift == 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $" --{(m.ShiftRight ? "right" : "left")}-shift-mark {m.Shift}"));

    private static string Connection(XtSetConnmark m) => m.Mode switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $" -j CONNMARK --set-xmark 0x{m.Mark:x}/0x{m.ConnectionMask:x}"),
        1 => string.Create(CultureInfo.InvariantCulture, $" -j CONNMARK --save-mark --nfmask 0x{m.PacketMask:x} --ctmask 0x{m.ConnectionMask:x}"),
        _ => string.Create(CultureInfo.InvariantCulture, $" -j CONNMARK --restore-mark --nfmask 0x{m.PacketMask:x} --ctmask 0x{m.ConnectionMask:x}"),
    };
}
