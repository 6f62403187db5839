using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>nginx, HAProxy, Envoy, Apache, Squid: what they could not reach behind them.</summary>
internal static class Proxies
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("nginx", "while reading response header from upstream{..}upstream: \"{url}", "upstream timed out (110: Connection timed out) while reading response header from upstream, client: 172.18.0.1, server: , request: \"GET / HTTP/1.1\", upstream: \"http://172.18.0.2:8000/\"", Class: Silent),
        new("nginx", "upstream: \"{url}", "connect() failed (111: Connection refused) while connecting to upstream, client: 172.18.0.1, server: , request: \"GET / HTTP/1.1\", upstream: \"http://172.18.0.2:8000/\""),
        new("nginx", "upstream: \"{at}\"", "connect() failed (111: Connection refused) while connecting to upstream, client: 172.18.0.1, upstream: \"172.18.0.2:3306\", bytes from/to client:0/0"),
        new("nginx", "host not found in upstream {q}{at}{q}", "[emerg] 1#1: host not found in upstream \"php\" in /etc/nginx/conf.d/default.conf:16", Class: NameNotFound),
        new("nginx", "{name} could not be resolved (2: Server failure)", "[error] 7#7: *1 api could not be resolved (2: Server failure), client: 172.18.0.1", Class: NameFailure),
        new("nginx", "{name} could not be resolved (3: Host not found)", "[error] 7#7: *1 api could not be resolved (3: Host not found), client: 172.18.0.1", Class: NameNotFound),
        new("nginx", "{name} could not be resolved (110: Operation timed out)", "[error] 7#7: *1 api could not be resolved (110: Operation timed out), client: 172.18.0.1", Class: NameTimeout),
        new("nginx", "no live upstreams while connecting to upstream", "no live upstreams while connecting to upstream", Depth.Mention, Unknown),
        new("nginx", "while SSL handshaking to upstream", "SSL_do_handshake() failed (SSL: error:1408F10B:...wrong version number) while SSL handshaking to upstream", Depth.Mention, Mismatch),
        new("nginx", "accept4() failed (24: Too many open files)", "accept4() failed (24: Too many open files)", Depth.Mention, Setup, SymptomAbout.Serving),
        new("nginx", "bind() to {at} failed", "[emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address already in use)", Depth.Call, Setup, SymptomAbout.Starting),
        new("haproxy", "is DOWN, reason: Layer4 connection problem, info: \"Connection refused\"", "[WARNING]  (1) : Server app/s1 is DOWN, reason: Layer4 connection problem, info: \"Connection refused\", check duration: 0ms.", Depth.Mention, Refused),
        new("haproxy", "is DOWN, reason: Layer4 connection problem, info: \"No route to host\"", "Server app/s1 is DOWN, reason: Layer4 connection problem, info: \"No route to host\"", Depth.Mention, HostUnreachable),
        new("haproxy", "is DOWN, reason: Layer4 timeout", "Server app/s1 is DOWN, reason: Layer4 timeout, check duration: 2001ms.", Depth.Mention, TimedOut),
        new("haproxy", "could not resolve address '{name}'", "[ALERT]    (1) : [haproxy.main()] : config : [/h.cfg:9] : 'server app/s1' : could not resolve address 'api'.", Depth.Call, NameNotFound),
        new("envoy", "upstream connect error or disconnect/reset before headers", "upstream connect error or disconnect/reset before headers. reset reason: connection failure", Depth.Mention, Unknown),
        new("envoy", "remote address:{at}", "upstream connect error, remote address:172.18.0.2:8000,delayed_connect_error:_111", Depth.Call),
        new("envoy", "delayed_connect_error:_111", "transport failure reason: delayed_connect_error:_111", Depth.Mention, Refused),
        new("apache", "attempt to connect to {addr} (", "[proxy:error] [pid 8] (111)Connection refused: AH00957: HTTP: attempt to connect to 127.0.0.1:9000 (127.0.0.1) failed"),
        new("apache", "DNS lookup failure for: {name}", "AH00898: DNS lookup failure for: api returned by /", Class: NameNotFound),
        new("caddy", "\"dial\":\"{at}\"", "{\"level\":\"error\",\"msg\":\"connection refused\",\"upstream\":{\"dial\":\"api:8000\"}}", Depth.Library),
    ];
}
