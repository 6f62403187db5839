using System.Buffers;
using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms;

/// <summary>The words of libc, of runtimes and of applications for the ways in which a connection fails.</summary>
internal static class Phrases
{
    public static readonly ImmutableArray<Phrase> All =
    [
        // strerror of glibc and musl, and the names that runtimes give to the numbers (errno(3), uv_errname)
        new("connection refused", Refused), new("ECONNREFUSED", Refused), new("ConnectionRefused", Refused), new("actively refused", Refused),
        new("connect_refused", Refused), new("[Errno 111]", Refused, Emitter: "python"), new("os error 111", Refused, Emitter: "rust"),
        new("Error 111 connecting", Refused, Emitter: "python"), new("SocketException (111)", Refused, Emitter: "dotnet"), new("(111)", Refused, false),
        new("connect call failed", Unknown, Emitter: "python"), new("connection_refused", Refused), new("ERR_CONNECTION_REFUSED", Refused, Emitter: "browser"),
        new("connection timed out", TimedOut), new("ETIMEDOUT", TimedOut), new("operation timed out", TimedOut), new("[Errno 110]", TimedOut, Emitter: "python"),
        new("os error 110", TimedOut, Emitter: "rust"), new("SocketException (110)", TimedOut, Emitter: "dotnet"), new("connect timed out", TimedOut),
        new("UND_ERR_CONNECT_TIMEOUT", TimedOut, Emitter: "node"), new("ConnectTimeoutError", TimedOut), new("ConnectTimeout: ", TimedOut), new("urlopen error timed out", TimedOut, Emitter: "python"), new("within the configured ConnectTimeout", TimedOut, Emitter: "dotnet"), new("ConnectTimeout", TimedOut, false),
        new("Connection to host timed out", TimedOut), new("ERR_CONNECTION_TIMED_OUT", TimedOut, Emitter: "browser"), new("connection timeout", TimedOut, false),
        new("Layer4 timeout", TimedOut, Emitter: "haproxy"), new("Timeout was reached", TimedOut, false), new("context deadline exceeded", TimedOut, Emitter: "go"), new("DEADLINE_EXCEEDED", TimedOut, Emitter: "grpc"), new("deadline exceeded", TimedOut, false),
        new("i/o timeout", TimedOut, Emitter: "go"), new("TimeoutError: timed out", TimedOut, Emitter: "python"), new("socket.timeout: timed out", TimedOut, Emitter: "python"), new("timed out", TimedOut, false), new("TimeoutError", TimedOut, false), new("Timeout expired", TimedOut, false),
        new("connection attempt failed because the connected party did not properly respond", TimedOut), new("AsyncRequestTimeoutException", TimedOut, false),
        new("no route to host", HostUnreachable), new("EHOSTUNREACH", HostUnreachable), new("host is unreachable", HostUnreachable), new("host unreachable", HostUnreachable),
        new("[Errno 113]", HostUnreachable, Emitter: "python"), new("os error 113", HostUnreachable, Emitter: "rust"), new("SocketException (113)", HostUnreachable, Emitter: "dotnet"),
        new("network is unreachable", NetUnreachable), new("network unreachable", NetUnreachable), new("ENETUNREACH", NetUnreachable),
        new("[Errno 101]", NetUnreachable, Emitter: "python"), new("os error 101", NetUnreachable, Emitter: "rust"), new("SocketException (101)", NetUnreachable, Emitter: "dotnet"),
        new("cannot assign requested address", AddressUnavailable), new("can't assign requested address", AddressUnavailable), new("EADDRNOTAVAIL", AddressUnavailable),
        new("Address not available", AddressUnavailable), new("[Errno 99]", AddressUnavailable, Emitter: "python"), new("os error 99", AddressUnavailable, Emitter: "rust"),
        new("SocketException (99)", AddressUnavailable, Emitter: "dotnet"), new("connect: operation not permitted", Denied), new("connect: permission denied", Denied),
        new("connect EPERM", Denied, Emitter: "node"), new("connect EACCES", Denied, Emitter: "node"),

        // gai_strerror of glibc and musl, and what resolvers of their own say
        new("name or service not known", NameNotFound), new("name does not resolve", NameNotFound), new("ENOTFOUND", NameNotFound), new("no such host", NameNotFound, Emitter: "go"),
        new("nodename nor servname provided", NameNotFound), new("no address associated with hostname", NameNotFound), new("non-existent domain", NameNotFound), new("NXDOMAIN", NameNotFound),
        new("UnknownHostException", NameNotFound, Emitter: "java"), new("could not resolve host", NameNotFound), new("unable to resolve host", NameNotFound),
        new("ERR_NAME_NOT_RESOLVED", NameNotFound, Emitter: "browser"), new("bad address", NameNotFound, false), new("host not found", NameNotFound, false),
        new("getaddrinfo failed", NameNotFound, false), new("could not translate host name", NameNotFound, Emitter: "libpq"), new("unknown host", NameNotFound, false), new("UnresolvedAddressException", NameNotFound, Emitter: "java"),
        new("Name has no usable address", NameNotFound), new("php_network_getaddresses", NameNotFound, false, "php"), new("[Errno -2]", NameNotFound, Emitter: "python"),
        new("[Errno -5]", NameNotFound, Emitter: "python"), new("nxdomain", NameNotFound), new("could not be resolved", NameNotFound, false),
        new("failed to lookup address information", NameNotFound, false, "rust"), new("Name resolution failed", NameFailure), new("name resolution failure", NameFailure),
        new("temporary failure in name resolution", NameFailure), new("EAI_AGAIN", NameFailure), new("[Errno -3]", NameFailure, Emitter: "python"),
        new("information: Try again", NameFailure, Emitter: "rust"), new("server misbehaving", NameFailure, Emitter: "go"), new("SERVFAIL", NameFailure),
        new("DNS resolution failed", NameFailure), new("resolving timed out", NameTimeout), new("resolution timed out", NameTimeout), new("ESERVFAIL", NameFailure, Emitter: "node"),

        // connected, and then
        new("connection reset by peer", Cut), new("ECONNRESET", Cut), new("[Errno 104]", Cut, Emitter: "python"), new("os error 104", Cut, Emitter: "rust"), new("connection reset", Cut, false),
        new("socket hang up", Cut, Emitter: "node"), new("empty reply from server", Cut, Emitter: "curl"), new("remote end closed connection without response", Cut, Emitter: "python"),
        new("server closed the connection unexpectedly", Cut), new("upstream prematurely closed connection", Cut, Emitter: "nginx"), new("other side closed", Cut, false, "node"),
        new("unexpected EOF", Cut, false), new("error reading initial communication packet", Cut), new("reading initial communication packet", Cut), new("Error reading from server", Cut, false),
        new("read timed out", Silent), new("ReadTimeout", Silent, false), new("headers timeout", Silent, false), new("UND_ERR_HEADERS_TIMEOUT", Silent, Emitter: "node"),
        new("handshake has timed out", Silent), new("timed out during opening handshake", Silent), new("timeout expired waiting for", Silent, false), new("awaiting headers", Silent, false),
        new("wrong version number", Mismatch), new("WRONG_VERSION_NUMBER", Mismatch), new("packet length too long", Mismatch), new("http request to an https server", Mismatch),
        new("server gave HTTP response to HTTPS client", Mismatch, Emitter: "go"), new("first record does not look like a TLS handshake", Mismatch, Emitter: "go"),
        new("plain HTTP request was sent to HTTPS port", Mismatch), new("Unsupported or unrecognized SSL message", Mismatch, Emitter: "java"),
        new("EPROTO", Mismatch, false, "node"), new("unexpected server response: ", RefusedByServer, Emitter: "node"), new("server rejected WebSocket connection", RefusedByServer, Emitter: "python"),
        new("is not allowed to connect to this", RefusedByServer), new("no pg_hba.conf entry", RefusedByServer), new("running in protected mode", RefusedByServer, Emitter: "redis"),
        new("is blocked because of many connection errors", RefusedByServer),

        // no more than that it failed
        new("communications link failure", Unknown, false, "java"), new("java.net.ConnectException", Unknown, Emitter: "java"), new("failed to connect to all addresses", Unknown, Emitter: "grpc"), new("all connection attempts failed", Unknown, Emitter: "python"),
        new("upstream connect error", Unknown, Emitter: "envoy"), new("no live upstreams", Unknown, Emitter: "nginx"), new("broker transport failure", Unknown, false, "kafka"),
        new("could not be established. Broker may not be available", Unknown, Emitter: "kafka"), new("failed to connect", Unknown, false), new("unable to connect", Unknown, false),
        new("could not connect", Unknown, false), new("couldn't connect", Unknown, false), new("cannot connect", Unknown, false), new("can't connect", Unknown, false),
        new("connection failed", Unknown, false), new("connect failed", Unknown, false), new("Connection error", Unknown, false), new("dial error", Unknown, false),
        new("sideband packet", Stalled, Emitter: "git"), new("Can't contact LDAP server", Unknown, Emitter: "ldap"),

        // 中文程序
        new("连接被拒绝", Refused, Emitter: "app"), new("拒绝连接", Refused, Emitter: "app"), new("拒绝了连接", Refused, Emitter: "app"), new("积极拒绝", Refused, Emitter: "app"), new("連接被拒", Refused, Emitter: "app"), new("连接遭拒绝", Refused, Emitter: "app"),
        new("连接超时", TimedOut, false, "app"), new("请求超时", TimedOut, false, "app"), new("連線逾時", TimedOut, false, "app"), new("已超时", TimedOut, false, "app"), new("超时", TimedOut, false, "app"),
        new("没有到主机的路由", HostUnreachable, Emitter: "app"), new("无法到达主机", HostUnreachable, Emitter: "app"), new("主机不可达", HostUnreachable, Emitter: "app"),
        new("网络不可达", NetUnreachable, Emitter: "app"), new("无法解析", NameNotFound, false, "app"), new("解析失败", NameNotFound, false, "app"), new("未知的名称或服务", NameNotFound, Emitter: "app"),
        new("域名解析暂时失败", NameFailure, Emitter: "app"), new("域名解析出现暂时性错误", NameFailure, Emitter: "app"), new("连接被重置", Cut, false, "app"), new("连接被对方重置", Cut, Emitter: "app"), new("连接被对端重置", Cut, Emitter: "app"),
        new("无法连接", Unknown, false, "app"), new("连接失败", Unknown, false, "app"), new("连接错误", Unknown, false, "app"), new("连接异常", Unknown, false, "app"), new("无法访问", Unknown, false, "app"),
    ];

    /// <summary>Words that say that something went wrong; beside them an unsure phrase counts.</summary>
    public static readonly SearchValues<string> Failure = SearchValues.Create(
        ["error", "fail", "cannot", "can't", "could not", "couldn't", "unable", "exception", "fatal", "panic", "refused", "gave up", "giving up", "retry", "retrying", "失败", "错误",
         "异常", "无法", "不能", "重试", "[E]", "level=warn", "WARN"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> Any = SearchValues.Create([.. All.Select(p => p.Text).Concat(Rows.Triggers).Distinct(StringComparer.OrdinalIgnoreCase)], StringComparison.OrdinalIgnoreCase);

    // Words that only betray the writer.
    private static readonly ImmutableArray<(string Text, string Emitter)> Writers =
    [
        ("curl: (", "curl"), ("wget: ", "wget"), ("psql: ", "libpq"), ("mysqli", "php"), ("PDO", "php"), ("PHP ", "php"), ("httpx.", "python"), ("requests.exceptions", "python"), ("aiohttp.", "python"),
        ("urllib", "python"), ("Traceback (most recent", "python"), ("java.", "java"), ("org.springframework", "java"), ("System.Net.", "dotnet"), ("HttpRequestException", "dotnet"), ("reqwest", "rust"),
        ("hyper::", "rust"), ("Os {", "rust"), ("Errno::", "ruby"), ("node:", "node"), ("fetch failed", "node"), ("StatusCode.", "grpc"), ("[emerg]", "nginx"), ("haproxy", "haproxy"),
    ];

    /// <summary>Who writes so, where anything in the text betrays it.</summary>
    public static string? WriterOf(string text)
    {
        foreach (var phrase in All)
        {
            if (phrase.Emitter is not null and not "app" && phrase.Find(text, 0) >= 0)
                return phrase.Emitter;
        }
        foreach (var (words, emitter) in Writers)
        {
            if (text.Contains(words, StringComparison.Ordinal))
                return emitter;
        }
        return null;
    }

    /// <summary>Whether a line can hold a symptom at all; nearly every line cannot.</summary>
    public static bool MayTell(ReadOnlySpan<char> line) => line.IndexOfAny(Any) >= 0;

    /// <summary>The phrase that counts for a place: a sure one before an unsure one, then the nearest; without a place the last, which is the innermost.</summary>
    /// <param name="end">Where the place ends; -1 where there is none.</param>
    public static (Phrase? Phrase, int At) Best(ReadOnlySpan<char> text, int start, int end)
    {
        Phrase? best = null;
        var (bestAt, bestKey) = (-1, int.MaxValue);
        foreach (var phrase in All)
        {
            var weight = phrase.Class == Unknown ? 2_000_000 : phrase.Sure ? 0 : 1_000_000;
            if (weight > 0 && bestKey < weight)
                continue;
            for (int from = 0, tries = 0; tries < 16; tries++)
            {
                var at = phrase.Find(text, from);
                if (at < 0)
                    break;
                from = at + phrase.Text.Length;
                var key = weight + (end < 0 ? text.Length - at : Distance(at, from, start, end));
                if (key < bestKey)
                    (best, bestAt, bestKey) = (phrase, at, key);
            }
        }
        return (best, bestAt);
    }

    // What follows a place belongs to it more than what went before; a phrase inside the words counts as beside.
    private static int Distance(int from, int to, int start, int end) => from >= end ? from - end : to <= start ? 2 * (start - to) + 8 : 0;
}
