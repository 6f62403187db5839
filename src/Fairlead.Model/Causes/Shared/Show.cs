using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Rules;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>Makes evidence: each piece says the fact, where it was read, and by which command a person sees it himself.</summary>
internal static class Show
{
    public static Evidence NoListener(Sandbox at, IPAddress address, int port, string protocol)
    {
        var all = Listeners.Of(at, protocol).Or([]);
        var ports = all.IsDefaultOrEmpty ? "nothing" : string.Join(", ", all.Select(Listeners.Show).Distinct().Take(12));
        return new Evidence
        {
            Kind = EvidenceKinds.NoListener,
            Witness = Witnesses.Kernel,
            Text = $"no {protocol} listener takes {new IPEndPoint(address, port)} in {at.At}; listening there: {ports}",
            From = SocketTable(at, protocol),
            Check = Inside(at, protocol == "udp" ? "ss -lun" : "ss -ltn"),
            Data = Data(("at", at.At), ("address", address.ToString()), ("port", port)),
        };
    }

    public static Evidence Listener(Sandbox at, SocketFact socket) => new()
    {
        Kind = EvidenceKinds.Listener,
        Witness = Witnesses.Kernel,
        Text = Listeners.Show(socket),
        From = SocketTable(at, socket.Protocol),
        Check = Inside(at, socket.Protocol == "udp" ? "ss -lunp" : "ss -ltnp"),
        Data = Data(("at", at.At), ("address", socket.Local.ToString()), ("port", socket.LocalPort), ("process", socket.Process?.Name), ("pid", (Scalar?)socket.Process?.Pid ?? default)),
    };

    public static Evidence Publish(Container container, Publish p) => new()
    {
        Kind = EvidenceKinds.Publish,
        Witness = Witnesses.Engine,
        Text = $"{new IPEndPoint(p.HostIp, p.HostPort)}->{p.ContainerPort}/{p.Protocol}",
        From = $"container {container.Name}: NetworkSettings.Ports",
        Check = Shell.Command("docker", "port", NameOrId(container)),
        Data = Data(("container", container.Name), ("hostIp", p.HostIp.ToString()), ("hostPort", p.HostPort), ("port", p.ContainerPort)),
    };

    public static Evidence Membership(HostWorld world, Container container)
    {
        var networks = world.EndpointsOf(container).Select(e => e.NetworkName).ToArray();
        return new Evidence
        {
            Kind = EvidenceKinds.Membership,
            Witness = Witnesses.Engine,
            Text = $"{container.Name}: {(networks.Length == 0 ? container.Mode.ToString().ToLowerInvariant() : string.Join(", ", networks))}",
            From = $"container {container.Name}: NetworkSettings.Networks",
            Check = Shell.Command("docker", "inspect", "-f", "{{json .NetworkSettings.Networks}}", NameOrId(container)),
            Data = Data(("container", container.Name), ("networks", string.Join(",", networks))),
        };
    }

    public static Evidence State(Container container) => new()
    {
        Kind = EvidenceKinds.ContainerState,
        Witness = Witnesses.Engine,
        Text = $"{container.Name}: {container.State}"
            // The engine's own names for it.
            + (container.ExitCode is { } code && container.State is "exited" or "restarting" or "dead" ? $", ExitCode {container.ExitCode}" : "")
            + (container.OomKilled == true ? ", OOMKilled" : "")
            + (container.RestartCount is > 0 and var times ? $", RestartCount {times}" : ""),
        From = $"container {container.Name}: State",
        Check = Shell.Command("docker", "inspect", "-f", "{{json .State}}", NameOrId(container)),
        Data = Data(("container", container.Name), ("state", container.State), ("exitCode", (Scalar?)container.ExitCode ?? default)),
    };

    public static Evidence Rule(RuleStep step, string at)
    {
        var native = step.Chain.Style == TableStyle.Native;
        var (family, tool) = (step.Table.Family, step.Table.Family == TableFamily.Ip6 ? "ip6tables" : "iptables");
        var familyName = FamilyName(family);
        return new Evidence
        {
            Kind = EvidenceKinds.Rule,
            Witness = Witnesses.Kernel,
            Text = step.Text,
            From = $"{at}: {familyName} table {step.Table.Name}, chain {step.Chain.Name}" + (step.Rule?.Handle is { } h ? $", handle {h}" : ""),
            Check = native
                ? Shell.Command("nft", "-a", "list", "chain", familyName, step.Table.Name, step.Chain.Name)
                : Shell.Command(step.Chain.Style == TableStyle.Legacy ? tool + "-legacy" : tool, "-t", step.Table.Name, "-S", step.Chain.Name, "-v"),
            Data = Data(("table", step.Table.Name), ("chain", step.Chain.Name), ("packets", (Scalar?)(long?)PacketsOf(step) ?? default)),
        };
    }

    public static Evidence Route(Route route, Sandbox at, string text) => new()
    {
        Kind = EvidenceKinds.Route,
        Witness = Witnesses.Kernel,
        Text = text,
        From = $"routes of {at.At}",
        Check = Inside(at, "ip route show table " + (route.Table == 254 ? "main" : route.Table.ToString(CultureInfo.InvariantCulture))),
    };

    public static Evidence Neighbour(Sandbox at, IPAddress address, Neighbour? entry) => new()
    {
        Kind = EvidenceKinds.Neighbour,
        Witness = Witnesses.Kernel,
        Text = $"{address} in {at.At}: {(entry is null ? "no entry" : entry.State)}",
        From = $"neighbour table of {at.At}",
        Check = Inside(at, "ip neigh show " + address),
    };

    public static Evidence Resolver(Question q) => new()
    {
        Kind = EvidenceKinds.ResolverLine,
        Witness = Witnesses.Config,
        Text = q.Name.Servers.IsEmpty ? "no nameserver" : string.Join("; ", q.Name.Servers.Select(s => "nameserver " + s)),
        From = $"{q.From.At}: /etc/resolv.conf",
        Check = Inside(q.From, null, "/etc/resolv.conf"),
    };

    public static Evidence NoHostsLine(Question q) => new()
    {
        Kind = EvidenceKinds.HostsLine,
        Witness = Witnesses.Config,
        Text = $"no line for {q.Asked.Host}",
        From = $"{q.From.At}: /etc/hosts",
        Check = Inside(q.From, null, "/etc/hosts"),
    };

    public static Evidence? DnsAnswer(Question q) => q.Seen?.Resolution is { } r && r.Rcode is not null ? new Evidence
    {
        Kind = EvidenceKinds.DnsAnswer,
        Witness = Witnesses.Probe,
        Text = $"{r.Name}: {r.Rcode}" + (r.Server is { } server ? $" from {server}" : ""),
        From = $"asked from {q.From.At}",
        Data = Data(("name", r.Name), ("rcode", r.Rcode), ("server", r.Server)),
    }
    : null;

    public static Evidence? Dial(Question q) => q.Seen?.Main is { } d ? new Evidence
    {
        Kind = EvidenceKinds.Dial,
        Witness = Witnesses.Probe,
        Text = $"{d.Protocol} {new IPEndPoint(d.Address, d.Port)}: {d.Outcome}" + (d.Errno > 0 ? $" ({Errno.Name(d.Errno)})" : ""),
        From = $"dialled from the network namespace of {q.From.At}",
        Data = Data(("address", d.Address.ToString()), ("port", d.Port), ("outcome", d.Outcome), ("errno", d.Errno)),
    }
    : null;

    /// <summary>Adds the probe's part to a cause's evidence, where there is one.</summary>
    public static ImmutableArray<Evidence> With(Question q, params ImmutableArray<Evidence?> evidence) =>
        evidence.Append(q.Path is null ? DnsAnswer(q) : Dial(q)).Where(e => e is not null).Select(e => e!).ToImmutableArray();

    public static ulong? PacketsOf(RuleStep step) => step.Rule is null ? step.Chain.PolicyCounter?.Packets : step.Rule.Counter?.Packets;

    public static string FamilyName(TableFamily family) => family switch
    {
        TableFamily.Inet => "inet",
        TableFamily.Ip => "ip",
        TableFamily.Ip6 => "ip6",
        TableFamily.Arp => "arp",
        TableFamily.Bridge => "bridge",
        TableFamily.Netdev => "netdev",
        _ => throw new InvalidOperationException("no such family"),
    };

    /// <summary>What a person types to name the container: its name where the shell shows it as it is, else its id.</summary>
    public static string NameOrId(Container container) => Shell.IsQuotable(container.Name) && container.Name.Length > 0 ? container.Name : container.Id[..12];

    private static string SocketTable(Sandbox at, string protocol) =>
        at.Facts.Pid is { } pid ? $"/proc/{pid}/net/{protocol}, {protocol}6" : $"{protocol} sockets of {at.At}";

    private static string? Inside(Sandbox at, string? command, string? file = null) =>
        at.IsHost ? file is null ? command : "cat " + file
        : at.Facts.Pid is { } pid ? file is null ? $"nsenter -t {pid} -n {command}" : $"cat /proc/{pid}/root{file}"
        : null;

    private static ImmutableSortedDictionary<string, Scalar> Data(params (string Key, Scalar Value)[] values) =>
        values.ToImmutableSortedDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);
}
