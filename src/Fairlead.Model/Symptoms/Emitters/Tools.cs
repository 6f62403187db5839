using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>Programs of the shell: curl (and libcurl in PHP), wget, busybox, socat, nc, bash, ssh, git, wait-for scripts.</summary>
internal static class Tools
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("curl", "(28) Failed to connect to {name} port {port}", "curl: (28) Failed to connect to host.docker.internal port 3000 after 133990 ms: Couldn't connect to server", Depth.Call, TimedOut),
        new("curl", "Failed to connect to {name} port {port} after {word} ms: Could not connect to server", "curl: (7) Failed to connect to 127.0.0.1 port 81 after 0 ms: Could not connect to server", Class: Unknown),
        new("curl", "Failed to connect to {name} port {port} after {word} ms: Couldn't connect to server", "curl: (7) Failed to connect to 127.0.0.1 port 81 after 0 ms: Couldn't connect to server", Class: Unknown),
        new("curl", "Failed to connect to {name} port {port} via", "curl: (7) Failed to connect to 127.0.0.1 port 81 via 127.0.0.1 after 0 ms: Could not connect to server", Class: Unknown),
        new("curl", "Failed to connect to {name} port {port}", "curl: (7) Failed to connect to host.docker.internal port 12345: Connection refused"),
        new("curl", "connect to {addr} port {port} {..}failed:", "* connect to 127.0.0.1 port 81 from 127.0.0.1 port 40000 failed: Connection refused"),
        new("curl", "Could not resolve host: {name}", "curl: (6) Could not resolve host: api", Class: NameNotFound),
        new("curl", "Could not resolve proxy: {name}", "curl: (5) Could not resolve proxy: proxy", Class: NameNotFound),
        new("curl", "Resolving timed out after", "curl: (28) Resolving timed out after 5000 milliseconds", Depth.Mention, NameTimeout),
        new("curl", "(28) Connection timed out after", "curl: (28) Connection timed out after 2001 milliseconds", Depth.Mention, TimedOut),
        new("curl", "(28) Connection timeout after", "curl: (28) Connection timeout after 2001 ms", Depth.Mention, TimedOut),
        new("curl", "(28) Operation timed out after", "curl: (28) Operation timed out after 2001 milliseconds with 0 bytes received", Depth.Mention, Silent),
        new("curl", "(52) Empty reply from server", "curl: (52) Empty reply from server", Depth.Mention, Cut),
        new("curl", "(56) Recv failure: Connection reset by peer", "curl: (56) Recv failure: Connection reset by peer", Depth.Mention, Cut),
        new("wget", "Connecting to {addr}... failed:", "Connecting to 127.0.0.1:81... failed: Connection refused."),
        new("wget", "Connecting to {name} ({name})|{addr}|:{port}... failed:", "Connecting to api (api)|172.18.0.9|:80... failed: Connection timed out."),
        new("wget", "|{addr}|:{port}... failed:", "Connecting to localhost (localhost)|127.0.0.1|:81... failed: Connection refused."),
        new("wget", "Resolving {name} ({name})... failed:", "Resolving api (api)... failed: Name or service not known."),
        new("wget", "unable to resolve host address {q}{name}", "wget: unable to resolve host address ‘api’", Class: NameNotFound),
        new("busybox", "bad address {q}{at}{q}", "wget: bad address 'google.com'", Class: NameNotFound),
        new("busybox", "can't connect to remote host ({addr})", "wget: can't connect to remote host (192.168.58.15): Operation timed out"),
        new("busybox", "can't connect to remote host: ", "wget: can't connect to remote host: Connection refused", Depth.Mention),
        new("busybox", "nc: timed out", "nc: timed out", Depth.Mention, TimedOut),
        new("busybox", "nc: {name} ({addr}): Connection refused", "nc: api (127.0.0.1:81): Connection refused", Depth.Call, Refused),
        new("busybox", "Connecting to {name} ({addr}){sp}wget: ", "Connecting to api:80 (172.18.0.9:80)\nwget: can't connect to remote host (172.18.0.9): Connection refused"),
        new("socat", "connect({word} AF=2 {addr}, 16)", "socat[812] E connect(5, AF=2 127.0.0.1:81, 16): Connection refused"),
        new("socat", "connect({word} AF=10 {addr}, 28)", "socat[812] E connect(5, AF=10 [::1]:81, 28): Connection refused"),
        new("socat", "connect(AF=2 {addr}", "socat[812] W connecting to AF=2 127.0.0.1:81: connect(AF=2 127.0.0.1:81): Connection refused"),
        new("socat", "connecting to AF=2 {addr}", "socat[812] E connecting to AF=2 192.0.2.9:81: Connection timed out"),
        new("socat", "getaddrinfo(\"{name}\"", "socat[812] E getaddrinfo(\"api\", \"NULL\", {1,2,1,6}, {}): Name or service not known", Depth.Call),
        new("netcat", "connect to {name} port {port} (tcp) failed", "nc: connect to db port 5432 (tcp) failed: Connection refused"),
        new("netcat", "connect to {name} ({addr}) port {port} (tcp) failed", "nc: connect to db (172.18.0.9) port 5432 (tcp) failed: Connection refused"),
        new("netcat", "(UNKNOWN) [{addr}] {port} (", "(UNKNOWN) [127.0.0.1] 81 (?) : Connection refused", Depth.Call),
        new("bash", "/dev/tcp/{name}/{port}: ", "bash: line 1: /dev/tcp/127.0.0.1/81: Connection refused"),
        new("bash", "bash: line {word} {name}: ", "bash: line 1: api: Name or service not known", Depth.Library),
        new("ssh", "ssh: connect to host {name} port {port}", "ssh: connect to host db port 22: Connection refused"),
        new("ssh", "Could not resolve hostname {name}", "ssh: Could not resolve hostname db: Name or service not known", Class: NameNotFound),
        new("rsync", "rsync: getaddrinfo: {name} {port}: ", "rsync: getaddrinfo: backup 873: Name or service not known"),
        new("rsync", "] failed to connect to {name} ({addr}): ", "rsync: [Receiver] failed to connect to backup (172.18.0.9): Connection refused (111)", Usual: 873),
        new("nslookup", "server can't find {name}: NXDOMAIN", "** server can't find api: NXDOMAIN", Class: NameNotFound),
        new("nslookup", "server can't find {name}: SERVFAIL", "** server can't find api: SERVFAIL", Class: NameFailure),
        new("wait-for", "timeout occurred after waiting {word} seconds for {at}", "wait-for-it.sh: timeout occurred after waiting 15 seconds for db:5432", Depth.Library, Unknown),
        new("wait-for", "Problem with dial: dial tcp {at}: connect: connection refused", "2024/01/01 00:00:00 Problem with dial: dial tcp 172.18.0.9:5432: connect: connection refused. Sleeping 1s", Class: Refused),
        new("git", "unexpected disconnect while reading sideband packet", "fetch-pack: unexpected disconnect while reading sideband packet", Depth.Mention, Stalled),
    ];
}
