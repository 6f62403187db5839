using System.Globalization;
using Fairlead.Model.Rules;

namespace Fairlead.Oracle;

/// <summary>Matches of iptables on what is remembered, counted or known of a packet beside its headers.</summary>
public static class StateKinds
{
    public static IReadOnlyList<Kind> All { get; } =
    [
        new("conntrack state", d => States(d, "-m conntrack {!}--ctstate ")),
        new("state", d => States(d, "-m state {!}--state ")),
        new("conntrack status", d => d.Coin(30) ? d.Always("-m conntrack {!}--ctstatus SEEN_REPLY", false) : Answered(d, "-m conntrack {!}--ctstatus " + d.Of("SEEN_REPLY", "CONFIRMED"))),
        new("conntrack direction", d => d.Coin(30) ? d.Always("-m conntrack --ctdir ORIGINAL", true) : Answered(d, "-m conntrack --ctdir REPLY")),
        new("conntrack tuple", Tuple),
        new("mark", d => Marked(d, "mark", "MARK")),
        new("connmark", d => Marked(d, "connmark", "CONNMARK")),
        new("set hash:ip", d => Set(d, "hash:ip", "src", f => f.Source)),
        new("set hash:net", d => Set(d, "hash:net", "src", f => d.V6 ? "2001:db8:1::20/123" : "192.0.2.32/27", f => f with { Source = d.Client(40) }, f => f with { Source = d.Client(31) })),
        new("set hash:net nomatch", d => d.Hook == Hook.Output ? null : Members(d, "hash:net", "src", d.Flow() with { Source = d.Client(40) }, d.Flow() with { Source = d.Client(33) },
            d.V6 ? "2001:db8:1::20/123" : "192.0.2.32/27", d.V6 ? "2001:db8:1::20/126 nomatch" : "192.0.2.32/30 nomatch")),
        new("set hash:ip,port", d => Set(d, "hash:ip,port", "dst,dst", f => $"{f.Destination},tcp:4242", f => f with { DestinationPort = 4242 }, f => f with { DestinationPort = 4243 })),
        new("set hash:net,port", d => Set(d, "hash:net,port", "dst,src", f => $"{f.Destination}/{d.Width},tcp:4242", f => f with { SourcePort = 4242 }, f => f with { SourcePort = 4241 })),
        new("set hash:ip,port,ip", d => d.Hook == Hook.Output ? null : Set(d, "hash:ip,port,ip", "src,dst,dst", f => $"{d.Client(44)},tcp:4242,{f.Destination}",
            f => f with { Source = d.Client(44), DestinationPort = 4242 }, f => f with { Source = d.Client(45), DestinationPort = 4242 })),
        new("set bitmap:port", d => Members(d, "bitmap:port range 4000-5000", "dst", d.Flow() with { DestinationPort = 4242 }, d.Flow() with { DestinationPort = d.Of(4243, 3999) }, "4242")),
        new("set hash:net,iface", d => d.Hook is Hook.Prerouting or Hook.Input or Hook.Forward ? Set(d, "hash:net,iface", "dst,src", f => $"{f.Destination}/{d.Width},{d.In}", f => f,
            f => f with { Destination = d.Target(99) }) is { } c ? c with { NoTag = true } : null : null),
        new("set hash:mac", d => d.Hook is Hook.Prerouting or Hook.Input or Hook.Forward
            ? Members(d, "hash:mac", "src", d.Flow() with { Mac = "02000000000e" }, d.Flow() with { Mac = "02000000000f" }, "02:00:00:00:00:0e") : null),
        new("set list:set", d => ListSet(d)),
        new("limit", d => Rate(d, "-m limit --limit 1000/sec --limit-burst 100")),
        new("hashlimit", d => Rate(d, $"-m hashlimit --hashlimit-upto 1000/sec --hashlimit-burst 100 --hashlimit-mode srcip --hashlimit-name h{d.Number}")),
        new("hashlimit above", d => d.Always($"-m hashlimit --hashlimit-above 1000/sec --hashlimit-burst 100 --hashlimit-mode {d.Of("dstip", "srcip,dstport")} --hashlimit-name h{d.Number}", false)),
        new("recent set", d => Rate(d, $"-m recent --set --name r{d.Number}")),
        new("recent check", d => d.Always($"-m recent {{!}}--rcheck --seconds 60 --hitcount 3 --name q{d.Number}", false)),
        new("connlimit", d => d.Coin() ? Rate(d, "-m connlimit --connlimit-upto 1000") : d.Always("-m connlimit --connlimit-above 1000", false)),
        new("connbytes", d => d.Always("-m connbytes {!}--connbytes 100000 --connbytes-mode bytes --connbytes-dir both", false)),
        new("quota", d => Rate(d, "-m quota --quota 100000000")),
        new("statistic", d => d.Coin() ? Rate(d, "-m statistic --mode random --probability 1") : d.Coin() ? d.Always("-m statistic --mode random {!}--probability 0", false) : Rate(d, "-m statistic --mode nth --every 1 --packet 0")),
        new("time", d => Rate(d, "-m time --timestart 00:00:00 --timestop 23:59:59")),
        new("owner user", d => d.Hook != Hook.Output ? null : d.Either("-m owner {!}--uid-owner 1000-1004", d.Flow() with { Uid = d.Of(1000u, 1004u) }, d.Flow() with { Uid = d.Of(999u, 1005u) })),
        new("owner group", d => d.Hook != Hook.Output ? null : d.Either("-m owner {!}--gid-owner 2000", d.Flow() with { Gid = 2000 }, d.Flow() with { Gid = 2001 })),
        new("owner socket", d => d.Hook != Hook.Output ? null : d.Always("-m owner {!}--socket-exists", true)),
        new("string", d => d.Either("-p udp -m string --algo " + d.Of("bm", "kmp") + " {!}--string \"needle\"", d.Flow().Udp with { Payload = "a needle in hay" }, d.Flow().Udp with { Payload = "a needl in hay" }, "udp")),
        new("tcpmss", d => d.Either("-p tcp --tcp-flags SYN,RST SYN -m tcpmss {!}--mss 1000:1400", d.Flow() with { Mss = d.Of(1000, 1400) }, d.Flow() with { Mss = d.Of(999, 1401) }, "tcp")),
        new("socket", d => d.Hook is Hook.Prerouting or Hook.Input && d.Local
            ? new Case("-m socket", d.Flow() with { Destination = d.Target(250), DestinationPort = 7777 }, d.Flow() with { Destination = d.Target(250), DestinationPort = d.Of(7778, 7779) }) { NoTag = true } : null),
        new("policy", d => d.Hook == Hook.Output ? d.Always("-m policy --dir out --pol none", true) : d.Hook == Hook.Postrouting ? d.Always("-m policy --dir out --pol ipsec", false)
            : d.Coin() ? d.Always("-m policy --dir in --pol none", true) : d.Always("-m policy --dir in --pol ipsec", false)),
        new("realm", d => d.V6 || d.Hook is not (Hook.Forward or Hook.Input) || d.Bridged ? null : d.Always("-m realm {!}--realm 7", false)),
        new("devgroup", d => d.Hook is Hook.Forward or Hook.Input ? d.Always("-m devgroup {!}--src-group 7", false) : null),
        new("helper", d => d.Always("-m helper --helper ftp", false)),
        new("connlabel", d => d.Always("-m connlabel --label 5", false)),
        new("cpu", d => d.Always("-m cpu {!}--cpu 90", false)),
        new("cluster", d => Rate(d, "-m cluster --cluster-total-nodes 1 --cluster-local-node 1 --cluster-hash-seed 7")),
        new("bpf", d => d.V6 ? null : d.Either("-m bpf --bytecode \"4,48 0 0 9,21 0 1 17,6 0 0 1,6 0 0 0\"", d.Flow().Udp, d.Flow())),
        new("ecn", d => d.Either("-p tcp -m ecn {!}--ecn-tcp-ece", d.Flow() with { TcpFlags = 0x42 }, d.Flow(), "tcp")),
        new("hbh", d => Header(d, "-m hbh --hbh-len 8", 0)),
        new("dst", d => Header(d, "-m dst --dst-len 8", 60)),
        new("rt", d => Header(d, "-m rt {!}--rt-type 253", 43)),
        new("frag", d => Header(d, "-m frag {!}--fragid 7", 44)),
        new("ipv6header", d => Header(d, "-m ipv6header --soft {!}--header dst", 60)),
        new("mh", d => !d.V6 ? null : d.Always("-p mh -m mh --mh-type 1", false)),
        new("eui64", d => d.V6 && d.Hook is Hook.Prerouting or Hook.Input or Hook.Forward && d.V6
            ? new Case("-m eui64", d.Flow() with { Source = "2001:db8:1:0:0:ff:fe00:e", Mac = "02000000000e" }, d.Flow() with { Source = "2001:db8:1:0:0:ff:fe00:f", Mac = "02000000000e" }) : null),
    ];

    private static Case? Header(Draw d, string text, int type) => !d.V6 ? null : d.Either(text, d.Flow().Udp with { Extension = type }, d.Flow().Udp);

    // True for every packet, so the protocol is asked too and makes the difference.
    private static Case Rate(Draw d, string text) => new("-p udp " + text, d.Flow().Udp, d.Flow()) { Protocol = "udp" };

    private static Case States(Draw d, string text)
    {
        if (d.Coin(40) && Answered(d, text + d.Of("ESTABLISHED", "RELATED,ESTABLISHED")) is { } answered) return answered;
        return d.Next(3) switch { 0 => d.Always(text + "NEW", true), 1 => d.Always(text + "RELATED,ESTABLISHED", false), _ => d.Always(text + d.Of("INVALID", "UNTRACKED"), false) };
    }

    /// <summary>Caught is an answer, missed a packet like it that answers nothing.</summary>
    private static Case? Answered(Draw d, string text)
    {
        if (d.Hook is not (Hook.Forward or Hook.Prerouting) || d.Local) return null;
        var asked = d.Flow();
        var answer = asked with { From = Side.Server, Source = asked.Destination, SourcePort = asked.DestinationPort, Destination = asked.Source, DestinationPort = asked.SourcePort, TcpFlags = 0x12, After = asked };
        var plain = d.Flow();
        var alone = plain with { From = Side.Server, Source = plain.Destination, Destination = plain.Source };
        return d.Either($"-s {d.Tag} {text}", answer, alone) with { NoTag = true };
    }

    private static Case? Tuple(Draw d)
    {
        switch (d.Next(4))
        {
            case 0: return d.Either("-m conntrack {!}--ctproto udp", d.Flow().Udp, d.Flow());
            case 1: return d.Hook == Hook.Output ? null : d.Either($"-m conntrack {{!}}--ctorigsrc {d.Client(32)}/{(d.V6 ? 123 : 27)}", d.Flow() with { Source = d.Client(63) }, d.Flow() with { Source = d.Client(31) });
            case 2: return d.Either("-p tcp -m conntrack {!}--ctorigdstport 4000:4010", d.Flow() with { DestinationPort = 4010 }, d.Flow() with { DestinationPort = 4011 }, "tcp");
            default: return d.Hook == Hook.Output ? null : d.Either($"-m conntrack {{!}}--ctrepldst {d.Client(33)}", d.Flow() with { Source = d.Client(33) }, d.Flow() with { Source = d.Client(34) });
        }
    }

    private static Case? Marked(Draw d, string match, string action)
    {
        if (match == "mark" && d.Hook == Hook.Output)
            return d.Either("-m mark {!}--mark 0x5/0xf", d.Flow() with { Mark = 0x15 }, d.Flow() with { Mark = 0x14 });
        if (d.Hook is not (Hook.Forward or Hook.Input or Hook.Postrouting)) return null;
        var value = string.Create(CultureInfo.InvariantCulture, $"0x{0x105 + d.Number * 16:x}");
        var (text, before) = d.Coin() ? ($"{{!}}--mark {value}/0xffff", $"{action} --set-mark {value}") : ($"{{!}}--mark {value}", $"{action} --set-xmark {value}/0xfff");
        return d.Either($"-m {match} {text}", d.Flow().Udp, d.Flow()) with { Before = ("-p udp", before) };
    }

    private static Case? Set(Draw d, string type, string fields, Func<Flow, string> member, Func<Flow, Flow>? hit = null, Func<Flow, Flow>? miss = null)
    {
        if (d.Hook == Hook.Output && fields.StartsWith("src", StringComparison.Ordinal) && fields.Length == 3) return null;
        var caught = d.Flow();
        caught = hit is null ? caught with { Source = d.Client(44) } : hit(caught);
        var missed = d.Flow();
        missed = miss is null ? missed with { Source = d.Client(45) } : miss(missed);
        return Members(d, type, fields, caught, missed, member(caught));
    }

    private static Case Members(Draw d, string type, string fields, Flow hit, Flow miss, params string[] members)
    {
        var name = $"set{d.Number}";
        var family = type.StartsWith("bitmap", StringComparison.Ordinal) || type == "hash:mac" ? "" : d.V6 ? " family inet6" : " family inet";
        return d.Either($"{(type.Contains("port", StringComparison.Ordinal) ? "-p tcp " : "")}-m set {{!}}--match-set {name} {fields}", hit, miss, type.Contains("port", StringComparison.Ordinal) ? "tcp" : null) with
        {
            Sets = [$"ipset create {name} {type}{family}", .. members.Select(m => $"ipset add {name} {m}")],
        };
    }

    private static Case? ListSet(Draw d)
    {
        if (d.Hook == Hook.Output) return null;
        var (list, inner) = ($"list{d.Number}", $"in{d.Number}");
        return d.Either($"-m set {{!}}--match-set {list} src", d.Flow() with { Source = d.Client(44) }, d.Flow() with { Source = d.Client(45) }) with
        {
            Sets = [$"ipset create {inner} hash:ip family {(d.V6 ? "inet6" : "inet")}", $"ipset add {inner} {d.Client(44)}", $"ipset create {list} list:set", $"ipset add {list} {inner}"],
        };
    }
}
