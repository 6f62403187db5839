using System.Collections.Immutable;

namespace Fairlead.Model.Answer;

// The closed lists of the contract (part 3 and the shapes of part 2) as the strings that are written. `All` serves the schemas and their tests.

/// <summary>verdict.</summary>
public static class Verdicts
{
    public const string Reachable = "reachable", Unreachable = "unreachable", Degraded = "degraded", Unknown = "unknown";
    public static readonly ImmutableArray<string> All = [Reachable, Unreachable, Degraded, Unknown];
}

/// <summary>cause.confidence.</summary>
public static class Confidences
{
    public const string Proven = "proven", Likely = "likely", Possible = "possible";
    public static readonly ImmutableArray<string> All = [Proven, Likely, Possible];
}

/// <summary>agreement.</summary>
public static class Agreements
{
    public const string Agree = "agree", Differ = "differ", Unchecked = "unchecked";
    public static readonly ImmutableArray<string> All = [Agree, Differ, Unchecked];
}

/// <summary>alsoFound.relation.</summary>
public static class Relations
{
    public const string Behind = "behind", Beside = "beside";
    public static readonly ImmutableArray<string> All = [Behind, Beside];
}

/// <summary>hop.kind.</summary>
public static class HopKinds
{
    public const string Source = "source", Resolve = "resolve", Route = "route", Neighbour = "neighbour", Link = "link", Nat = "nat", Filter = "filter",
        Bridge = "bridge", Proxy = "proxy", Listen = "listen", Accept = "accept", Protocol = "protocol", Outside = "outside";
    public static readonly ImmutableArray<string> All =
        [Source, Resolve, Route, Neighbour, Link, Nat, Filter, Bridge, Proxy, Listen, Accept, Protocol, Outside];
}

/// <summary>hop.result.</summary>
public static class HopResults
{
    public const string Pass = "pass", Rewrite = "rewrite", Deliver = "deliver", Drop = "drop", Reject = "reject", Nothing = "nothing", Loop = "loop",
        Unknown = "unknown";
    public static readonly ImmutableArray<string> All = [Pass, Rewrite, Deliver, Drop, Reject, Nothing, Loop, Unknown];
}

/// <summary>hop.direction.</summary>
public static class Directions
{
    public const string Request = "request", Reply = "reply";
    public static readonly ImmutableArray<string> All = [Request, Reply];
}

/// <summary>evidence.kind.</summary>
public static class EvidenceKinds
{
    public const string Listener = "listener", NoListener = "no-listener", Connection = "connection", Route = "route", Neighbour = "neighbour",
        Link = "link", Address = "address", Rule = "rule", Counter = "counter", Sysctl = "sysctl", Conntrack = "conntrack", HostsLine = "hosts-line",
        ResolverLine = "resolver-line", DnsAnswer = "dns-answer", Membership = "membership", NetworkOption = "network-option", Publish = "publish",
        ContainerState = "container-state", ContainerOption = "container-option", DaemonOption = "daemon-option", Env = "env", Label = "label",
        Command = "command", FileLine = "file-line", LogLine = "log-line", KernelLog = "kernel-log", Dial = "dial", Answer = "answer";
    public static readonly ImmutableArray<string> All =
    [
        Listener, NoListener, Connection, Route, Neighbour, Link, Address, Rule, Counter, Sysctl, Conntrack, HostsLine, ResolverLine, DnsAnswer,
        Membership, NetworkOption, Publish, ContainerState, ContainerOption, DaemonOption, Env, Label, Command, FileLine, LogLine, KernelLog, Dial,
        Answer,
    ];
}

/// <summary>evidence.witness.</summary>
public static class Witnesses
{
    public const string Engine = "engine", Kernel = "kernel", Probe = "probe", Log = "log", Config = "config";
    public static readonly ImmutableArray<string> All = [Engine, Kernel, Probe, Log, Config];
}

/// <summary>engine.kind.</summary>
public static class EngineKinds
{
    public const string Native = "native", Desktop = "desktop", Rootless = "rootless", Podman = "podman", Snap = "snap", Remote = "remote",
        Unknown = "unknown";
    public static readonly ImmutableArray<string> All = [Native, Desktop, Rootless, Podman, Snap, Remote, Unknown];
}

/// <summary>engine.firewall.</summary>
public static class FirewallKinds
{
    public const string IptablesNft = "iptables-nft", IptablesLegacy = "iptables-legacy", Nftables = "nftables", None = "none", Unknown = "unknown";
    public static readonly ImmutableArray<string> All = [IptablesNft, IptablesLegacy, Nftables, None, Unknown];
}

/// <summary>vantage.kind.</summary>
public static class VantageKinds
{
    public const string Root = "root", Helper = "helper", ApiProc = "api+proc", Api = "api", File = "file";
    public static readonly ImmutableArray<string> All = [Root, Helper, ApiProc, Api, File];
}

/// <summary>source.mode.</summary>
public static class SourceModes
{
    public const string Bridge = "bridge", Host = "host", None = "none", Shared = "shared", Macvlan = "macvlan", Ipvlan = "ipvlan", Overlay = "overlay",
        Other = "other";
    public static readonly ImmutableArray<string> All = [Bridge, Host, None, Shared, Macvlan, Ipvlan, Overlay, Other];
}

/// <summary>target.portFrom.</summary>
public static class PortOrigins
{
    public const string Given = "given", Scheme = "scheme", Listener = "listener";
    public static readonly ImmutableArray<string> All = [Given, Scheme, Listener];
}

/// <summary>target.means.is.</summary>
public static class MeaningKinds
{
    public const string Self = "self", Container = "container", Host = "host", Gateway = "gateway", Published = "published", Lan = "lan",
        Internet = "internet", Nobody = "nobody", Unknown = "unknown";
    public static readonly ImmutableArray<string> All = [Self, Container, Host, Gateway, Published, Lan, Internet, Nobody, Unknown];
}

/// <summary>target.means.how and observed.resolution.from.</summary>
public static class HowNames
{
    public const string Literal = "literal", Hosts = "hosts", EmbeddedDns = "embedded-dns", Upstream = "upstream", Search = "search";
    public static readonly ImmutableArray<string> All = [Literal, Hosts, EmbeddedDns, Upstream, Search];
}

/// <summary>party.kind.</summary>
public static class PartyKinds
{
    public const string Container = "container", Host = "host", Outside = "outside";
    public static readonly ImmutableArray<string> All = [Container, Host, Outside];
}

/// <summary>answer.kind.</summary>
public static class AnswerKinds
{
    public const string Http = "http", Websocket = "websocket", Tls = "tls", Redis = "redis", Mysql = "mysql", Postgres = "postgres", Dns = "dns",
        Other = "other", None = "none";
    public static readonly ImmutableArray<string> All = [Http, Websocket, Tls, Redis, Mysql, Postgres, Dns, Other, None];
}

/// <summary>answer.spoken.</summary>
public static class SpokenNames
{
    public const string Spoken = "spoken", RefusedByServer = "refused-by-server", Mismatch = "mismatch", NotAsked = "not-asked";
    public static readonly ImmutableArray<string> All = [Spoken, RefusedByServer, Mismatch, NotAsked];
}

/// <summary>plan.cost, dearest last.</summary>
public static class CostNames
{
    public const string Setting = "setting", Edit = "edit", Interrupts = "interrupts", Restart = "restart", Recreate = "recreate",
        DaemonRestart = "daemon-restart";

    /// <summary>In order of price.</summary>
    public static readonly ImmutableArray<string> All = [Setting, Edit, Interrupts, Restart, Recreate, DaemonRestart];
}

/// <summary>plan.lasts.</summary>
public static class LastsNames
{
    public const string Permanent = "permanent", UntilRecreate = "until-recreate", UntilReboot = "until-reboot", UntilRestart = "until-restart";
    public static readonly ImmutableArray<string> All = [Permanent, UntilRecreate, UntilReboot, UntilRestart];
}

/// <summary>plan.persist.files.owner: who writes the file from which a container is made.</summary>
public static class OwnerNames
{
    /// <summary>"none": made by hand, with no file.</summary>
    public const string Compose = "compose", OnePanel = "1panel", BtPanel = "bt-panel", Portainer = "portainer", Swarm = "swarm", Kubernetes = "kubernetes", Nobody = "none";
    public static readonly ImmutableArray<string> All = [Compose, OnePanel, BtPanel, Portainer, Swarm, Kubernetes, Nobody];
}

/// <summary>plan.proof.</summary>
public static class ProofNames
{
    public const string Observed = "observed", Predicted = "predicted";
    public static readonly ImmutableArray<string> All = [Observed, Predicted];
}

/// <summary>plan.steps.where.</summary>
public static class StepPlaces
{
    public const string Host = "host", Container = "container", File = "file", App = "app";
    public static readonly ImmutableArray<string> All = [Host, Container, File, App];
}

/// <summary>plan.exposes.scope.</summary>
public static class Scopes
{
    public const string Siblings = "siblings", Lan = "lan", Internet = "internet";
    public static readonly ImmutableArray<string> All = [Siblings, Lan, Internet];
}

/// <summary>error.code.</summary>
public static class ErrorCodes
{
    public const string EngineUnreachable = "engine-unreachable", Forbidden = "forbidden", NoSuchSource = "no-such-source",
        AmbiguousSource = "ambiguous-source", BadTarget = "bad-target", BadUsage = "bad-usage", BadFile = "bad-file", Gone = "gone", Busy = "busy";
    public static readonly ImmutableArray<string> All =
        [EngineUnreachable, Forbidden, NoSuchSource, AmbiguousSource, BadTarget, BadUsage, BadFile, Gone, Busy];

    /// <summary>2 for bad input, 3 for an engine that does not answer.</summary>
    public static int ExitCode(string code) => code is EngineUnreachable or Forbidden or Gone or Busy ? 3 : 2;
}

/// <summary>plan.id and step.fix (contract, part 6).</summary>
public static class FixIds
{
    public const string UseName = "use-name", UseHostAddress = "use-host-address", UseGatewayAddress = "use-gateway-address",
        UseHostGateway = "use-host-gateway", UseContainerPort = "use-container-port", UsePublishedPort = "use-published-port",
        ConnectNetwork = "connect-network", CreateNetwork = "create-network", PublishPort = "publish-port", RebindListener = "rebind-listener",
        StartTarget = "start-target", UnpauseTarget = "unpause-target", RestartSource = "restart-source", RestartTarget = "restart-target",
        AllowInFirewall = "allow-in-firewall", RestoreDockerRules = "restore-docker-rules", EnableForwarding = "enable-forwarding", SetMtu = "set-mtu",
        SetNoProxy = "set-no-proxy", FixScheme = "fix-scheme", FixPath = "fix-path", FixName = "fix-name", FixPort = "fix-port",
        RemoveHostsLine = "remove-hosts-line", SetDns = "set-dns", ChangeSubnet = "change-subnet", AttachToEgressNetwork = "attach-to-egress-network",
        UniqueAlias = "unique-alias", ReloadProxy = "reload-proxy", AddRoute = "add-route", LinkUp = "link-up";
    public static readonly ImmutableArray<string> All =
    [
        UseName, UseHostAddress, UseGatewayAddress, UseHostGateway, UseContainerPort, UsePublishedPort, ConnectNetwork, CreateNetwork, PublishPort,
        RebindListener, StartTarget, UnpauseTarget, RestartSource, RestartTarget, AllowInFirewall, RestoreDockerRules, EnableForwarding, SetMtu,
        SetNoProxy, FixScheme, FixPath, FixName, FixPort, RemoveHostsLine, SetDns, ChangeSubnet, AttachToEgressNetwork, UniqueAlias, ReloadProxy,
        AddRoute, LinkUp,
    ];
}
