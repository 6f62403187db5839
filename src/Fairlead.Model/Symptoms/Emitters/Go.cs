using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>Go's net package (net.OpError: "op net source->address: cause"), its resolver, and gRPC over it.</summary>
internal static class Go
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("go", "lookup {name} on {word} no such host", "dial tcp: lookup host.docker.internal on 127.0.0.11:53: no such host", Class: NameNotFound),
        new("go", "lookup {name} on {word} server misbehaving", "dial tcp: lookup backend on 127.0.0.11:53: server misbehaving", Class: NameFailure),
        new("go", "lookup {name} on {word} read {..}i/o timeout", "dial tcp: lookup irc.irchighway.net on HOST:53: read udp 172.17.0.2:45990->HOST:53: i/o timeout", Class: NameTimeout),
        new("go", "lookup {name} on {word} dial {..}i/o timeout", "dial tcp: lookup api on 10.0.0.2:53: dial udp 10.0.0.2:53: i/o timeout", Class: NameTimeout),
        new("go", "lookup {name} on {word} read {..}connection refused", "lookup api on 127.0.0.11:53: read udp 127.0.0.1:40113->127.0.0.11:53: read: connection refused", Class: NameFailure),
        new("go", "lookup {name}: no such host", "dial tcp: lookup db: no such host", Class: NameNotFound),
        new("go", "lookup {name}: i/o timeout", "dial tcp: lookup db: i/o timeout", Class: NameTimeout),
        new("go", "lookup {name}: Temporary failure in name resolution", "dial tcp: lookup db: Temporary failure in name resolution", Class: NameFailure),
        new("go", "dial tcp {at}:", "dial tcp 172.19.0.3:80: i/o timeout"),
        new("go", "dial tcp4 {at}:", "dial tcp4 172.19.0.3:80: connect: no route to host"),
        new("go", "dial tcp6 {at}:", "dial tcp6 [2001:db8::1]:443: connect: network is unreachable"),
        new("go", "dial udp {at}:", "dial udp 172.19.0.3:53: connect: network is unreachable"),
        new("go", "dial unix {path} connect: no such file", "dial unix /var/run/docker.sock: connect: no such file or directory", Class: NoSocket),
        new("go", "->{at}: read: connection reset by peer", "read tcp 172.18.0.5:48812->172.18.0.3:6379: read: connection reset by peer", Depth.Library, Cut),
        new("go", "->{at}: i/o timeout", "read tcp 172.18.0.5:48812->172.18.0.3:6379: i/o timeout", Depth.Library, Silent),
        new("go", "listen tcp {at}: bind:", "listen tcp 192.168.6.143:8000: bind: cannot assign requested address", Class: Setup, About: SymptomAbout.Starting),
        new("go", "listen tcp4 {at}: bind:", "listen tcp4 0.0.0.0:80: bind: permission denied", Class: Setup, About: SymptomAbout.Starting),
        new("go", "listen tcp :{port}: bind:", "listen tcp :8000: bind: address already in use", Class: Setup, About: SymptomAbout.Starting),
    ];
}
