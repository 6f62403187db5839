using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>What dockerd, docker and the kernel say. No container's own dial; found where such logs are read, or where an agent in a container prints them.</summary>
internal static class EngineAndKernel
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("docker", "iptables: No chain/target/match by that name", "iptables: No chain/target/match by that name", Depth.Mention, Setup, SymptomAbout.Engine),
        new("docker", "IPv4 forwarding is disabled. Networking will not work", "WARNING: IPv4 forwarding is disabled. Networking will not work.", Depth.Mention, Setup, SymptomAbout.Engine),
        new("docker", "could not find an available, non-overlapping IPv4 address pool", "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network", Depth.Mention, Setup, SymptomAbout.Engine),
        new("docker", "failed to set up container networking: ", "failed to set up container networking: Address already in use", Depth.Mention, Setup, SymptomAbout.Engine),
        new("docker", "not manually attachable", "network my_net not manually attachable", Depth.Mention, Setup, SymptomAbout.Engine),
        new("docker", "Published ports are discarded when using host network mode", "WARNING: Published ports are discarded when using host network mode", Depth.Mention, Setup, SymptomAbout.Engine),
        new("docker", "[resolver] read from DNS server failed, {..}->{at}: i/o timeout", "[resolver] read from DNS server failed, read udp 172.19.0.4:42216->100.108.191.250:53: i/o timeout", Depth.Call, NameTimeout, SymptomAbout.Engine),
        new("kernel", "[UFW BLOCK] {..}DST={addr} {..}DPT={port}", "[UFW BLOCK] IN=docker0 OUT= PHYSIN=veth1 SRC=172.17.0.2 DST=172.17.0.1 LEN=60 TOS=0x00 PROTO=TCP SPT=40000 DPT=5432", Depth.Call, TimedOut, SymptomAbout.Kernel),
        new("kernel", "[UFW BLOCK] ", "[UFW BLOCK] IN=docker0 OUT= PHYSIN=veth... SRC=172.17.0.2 DST=... PROTO=TCP DPT=5432", Depth.Mention, TimedOut, SymptomAbout.Kernel),
        new("kernel", "nf_conntrack: table full, dropping packet", "nf_conntrack: table full, dropping packet", Depth.Mention, TimedOut, SymptomAbout.Kernel),
    ];
}
