using System.Collections.Immutable;

namespace Fairlead.Model.Words;

/// <summary>The Chinese of what is said when a question cannot be put. In the same form as <see cref="Phrases"/>.</summary>
public static class Refusals
{
    public static ImmutableArray<(string En, string Zh)> All { get; } =
    [
        // the source and the target
        ("'{0}' fits several containers", "“{0}”对应几个容器"),
        ("Give one whole name.", "请写出完整的名字"),
        ("no container '{0}'; near names", "没有容器“{0}”；相近的名字"),
        ("no container '{0}'", "没有容器“{0}”"),
        ("List them with: docker ps -a", "查看全部：docker ps -a"),
        ("target '{0}': {1}", "目标“{0}”：{1!}"),
        ("Write a URL, host:port, [v6]:port or a container's name.", "请写 URL、host:port、[v6]:port，或容器的名字"),
        ("'{0}' has no port and is no container's name", "“{0}”没有写端口，也不是容器的名字"),
        ("'{0}' has no port, and no open port of it is known", "“{0}”没有写端口，也不知道它开着哪个端口"),
        ("'{0}' has several open ports", "“{0}”开着几个端口"),
        ("Write a port: {0}", "请写出端口：{0}"),
        ("Write one: {0}", "请选一个：{0}"),
        ("the target is empty, too long or has spaces in it", "目标是空的、太长，或里面有空格"),
        ("scheme '{0}' is not one of {1}", "协议“{0}”不在 {1} 之中"),
        ("a path needs a scheme: write {0}", "带路径时要写协议：{0}"),
        ("'{0}' is neither an address nor a name", "“{0}”既不是地址也不是名字"),
        ("an address needs a port: {0}", "地址后面要写端口：{0}"),
        ("an IPv6 address is written [ADDRESS]:PORT", "IPv6 地址写作 [ADDRESS]:PORT"),
        ("only an IPv6 address stands in brackets", "方括号里只能是 IPv6 地址"),
        ("the target has no host", "目标里没有主机"),
        ("'{0}' is not a port (1 to 65535)", "“{0}”不是端口（1 到 65535）"),

        // which engine
        ("no engine is named", "没有指明引擎"),
        ("Give --host or --context.", "请用 --host 或 --context 指明"),
        ("{0}: a unix socket needs an absolute path", "{0}：unix 套接字要写绝对路径"),
        ("{0}: only unix://, tcp:// and ssh:// are known", "{0}：只认识 unix://、tcp:// 和 ssh://"),
        ("{0}: not an address", "{0}：不是地址"),
        ("{0}: a TLS endpoint needs the docker command on PATH (it carries the connection)", "{0}：TLS 连接要靠 PATH 里的 docker 命令"),
        ("{0}: not an ssh address", "{0}：不是 ssh 地址"),
        ("{0}: a user name only, no password, can stand in an ssh address", "{0}：ssh 地址里只能写用户名，不能写密码"),
        ("{0}: an ssh endpoint needs docker or ssh on PATH", "{0}：ssh 连接要靠 PATH 里的 docker 或 ssh"),
        ("context {0}: it has no docker endpoint", "context {0}：里面没有 docker 的地址"),
        ("context {0}: no such context", "context {0}：没有这个 context"),

        // an engine that does not answer
        ("{0}: no connection within {1} s", "{0}：{1} 秒内没有连上"),
        ("Is the engine overloaded?", "引擎是不是太忙？"),
        ("{0}: too long for the path of a socket", "{0}：套接字的路径太长"),
        ("Such a path has at most 107 bytes.", "路径最多 107 字节"),
        ("{0}: cannot start {1}", "{0}：无法启动 {1}"),
        ("{0}: permission denied", "{0}：没有权限"),
        ("Run as root, or as a user of the group that owns the socket (usually docker).", "请用 root 运行，或用套接字所属组（通常是 docker）里的用户运行"),
        ("{0}: not a socket", "{0}：不是套接字"),
        ("Name the engine's socket with --host or --context.", "请用 --host 或 --context 指明引擎的套接字"),
        ("{0}: nothing listens there", "{0}：那里没有程序在监听"),
        ("The socket is there but no engine behind it: start the engine.", "套接字在，但后面没有引擎：请启动引擎"),
        ("Start the engine, or give its address with --host.", "请启动引擎，或用 --host 写出它的地址"),
        ("{0}: no such socket", "{0}：没有这个套接字"),
        ("Start the engine, or name another one with --host or --context.", "请启动引擎，或用 --host、--context 指明另一个"),
        ("Give the engine's address with --host or --context.", "请用 --host 或 --context 写出引擎的地址"),
        ("{0}: its API {1} is older than {2}", "{0}：它的 API {1} 比 {2} 旧"),
        ("Engine 20.10 or newer is needed.", "需要 Engine 20.10 或更新的版本"),
        ("Is it a Docker engine that answers there?", "那里应答的是 Docker 引擎吗？"),
        ("{0}: the connection ended before an answer", "{0}：还没应答连接就断了"),
        ("{0}: the connection ended before an answer: {1}", "{0}：还没应答连接就断了：{1}"),
        ("{0}: the engine went away in the middle of an answer", "{0}：引擎应答到一半就断了"),
        ("{0}: the engine went away in the middle of an answer: {1}", "{0}：引擎应答到一半就断了：{1}"),
        ("Ask again once the engine is back.", "等引擎恢复后再问一次"),
        ("{0}: no answer within {1} s", "{0}：{1} 秒内没有应答"),
        ("The engine may be overloaded; try again.", "引擎可能太忙，请再试一次"),
        ("What stands before the engine does not allow this call.", "引擎前面的代理不允许这个调用"),
        ("The engine may be starting or overloaded; try again.", "引擎可能正在启动或太忙，请再试一次"),
        ("{0}: the answer is no JSON", "{0}：应答不是 JSON"),
        ("{0}: the answer is no JSON list", "{0}：应答不是 JSON 列表"),
        ("--vantage root: not root on the engine's host", "--vantage root：在引擎所在的主机上不是 root"),
        ("Use sudo there, or --vantage helper.", "请在那里用 sudo，或用 --vantage helper"),

        // files
        ("{0}: not a regular file, or larger than {1} MiB", "{0}：不是普通文件，或大于 {1} MiB"),
        ("{0}: unpacks to more than {1} MiB or {2} times its size", "{0}：解开后超过 {1} MiB，或超过原大小的 {2} 倍"),
        ("{0}: not a snapshot of Fairlead", "{0}：不是 Fairlead 的快照"),
        ("{0}: not a snapshot of Fairlead (this one reads {1})", "{0}：不是 Fairlead 的快照（这里能读 {1}）"),
        ("{0}: written by another version (this one reads {1})", "{0}：由别的版本写出（这里能读 {1}）"),
        ("{0}: damaged: {1}", "{0}：已损坏：{1!}"),
        ("not a gzip file", "不是 gzip 文件"),
        ("not the JSON of a snapshot", "不是快照的 JSON"),
        ("at {0}", "在 {0}"),
    ];

    /// <summary>The sentence in the language; one that is not known stays as it is.</summary>
    public static string In(string lang, string sentence) => lang == "zh" ? Phrases.Translated(All, sentence) : sentence;
}
