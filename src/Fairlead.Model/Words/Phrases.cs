using System.Collections.Immutable;
using Fairlead.Facts;

namespace Fairlead.Model.Words;

/// <summary>
/// The walk and the evidence speak in short English phrases of the kernel's and Docker's own terms; here each has its Chinese. A test finds a
/// phrase of theirs that is missing, and one whose values differ.
/// </summary>
public static class Phrases
{
    /// <summary>English and Chinese, values as {0}, {1}, … and {1!} where the value is itself a phrase; of two that fit, the earlier one is meant.</summary>
    public static ImmutableArray<(string En, string Zh)> All { get; } =
    [
        // names
        ("{0} is an address", "{0} 本身就是地址"),
        ("{0} is in /etc/hosts: {1}", "{0} 写在 /etc/hosts 里：{1}"),
        ("localhost is loopback", "localhost 就是回环地址"),
        ("{0} is {1} (embedded DNS)", "{0} 是 {1}（Docker 内置 DNS）"),
        ("{0} is {1} (upstream)", "{0} 是 {1}（上游 DNS）"),
        ("{0} is no name on a network of {1}; the embedded DNS asks upstream", "{1} 所在的网络上没有 {0} 这个名字，内置 DNS 转问上游"),
        ("{0} is asked of {1}, which know no containers", "{0} 问的是 {1}，它们不认识容器"),
        ("{0} is asked of {1}, where no container is known", "{0} 问的是 {1}，那里不认识容器"),
        ("{0} cannot be asked: {1}", "没法去问 {0}：{1!}"),
        ("given", "按所写"),

        // rules that were not read: what this engine is known to write
        ("Engine {0} drops packets to addresses of {1} that come by another link (raw PREROUTING)", "Docker {0} 会丢掉从别的接口发往 {1} 地址的包（raw PREROUTING）"),
        ("destination becomes {0} if the engine's rules stand", "如果引擎的规则还在，目的地址改为 {0}"),
        ("{0} not read", "没读到 {0}"),
        ("network {0} has enable_icc=false", "网络 {0} 设了 enable_icc=false"),
        ("network {0} is internal", "网络 {0} 是 internal 的"),
        ("Engine {0} isolates {1} from {2}", "Docker {0} 把 {1} 和 {2} 隔开"),
        ("port {0} is not published", "{0} 端口没有映射"),

        // filter and NAT
        ("more than {0} ways to follow", "分支超过 {0} 条，无法逐一推算"),
        ("packet rules not read", "没读到防火墙规则"),
        ("source becomes {0}", "源地址改为 {0}"),
        ("destination becomes {0}", "目的地址改为 {0}"),
        ("{0}: no rule stops it", "{0}：没有规则拦它"),
        ("dropped in {0}", "在 {0} 被丢弃"),
        ("rejected in {0}", "在 {0} 被拒绝"),
        ("table {0}, chain {1}", "表 {0}，链 {1}"),

        // routes
        ("no source address for {0}", "没有能发往 {0} 的源地址"),
        ("not forwarded: {0} is 0", "不转发：{0} 是 0"),
        ("a routing rule could not be decided", "有一条路由策略规则判断不了"),
        ("several next hops of equal right", "有几个同等的下一跳"),
        ("more than {0} hops", "超过 {0} 跳"),
        ("local, dev {0}", "本地，dev {0}"),
        ("no route to {0}", "没有到 {0} 的路由"),
        ("no IPv6 in this stack", "这里没有 IPv6"),
        ("{0} is no unicast address", "{0} 不是单播地址"),
        ("{0} is dropped on {1}: loopback only", "{0} 在 {1} 上被丢弃：它只能走回环接口"),
        ("{0} is martian on {1}", "{0} 在 {1} 上属于非法源（martian）"),
        ("source {0} is an address of {1} itself", "源地址 {0} 就是 {1} 自己的地址"),
        ("rp_filter {0}: the way back to {1} is not by {2}", "rp_filter {0}：回到 {1} 的路不经过 {2}"),

        // links, neighbours, bridges, the outside
        ("the link it leaves by is not known", "不知道从哪个接口出去"),
        ("{0} is down", "{0} 没有启用"),
        ("source {0} cannot leave by {1}", "源地址 {0} 不能从 {1} 出去"),
        ("{0} is a dummy: nothing behind it", "{0} 是 dummy 接口，后面什么也没有"),
        ("hairpin is off on port {0} of {1}", "{1} 的端口 {0} 没开 hairpin"),
        ("its links were not read", "没读到它的接口"),
        ("{0}: the host's addresses and links were not read", "{0}：没读到宿主机的地址和接口"),
        ("leaves by {0} via {1}", "经 {1} 从 {0} 出去"),
        ("leaves by {0}", "从 {0} 出去"),
        ("{0} answers on {1}", "{0} 在 {1} 上有应答"),
        ("nobody on {0} answers for {1}", "{0} 上没有人应答 {1}"),
        ("{0} both answer for {1}", "{0} 都应答 {1}"),
        ("{0} has ports that belong to no container known here", "{0} 上有不属于任何已知容器的端口"),

        // listeners and what accepts
        ("no {0} listener takes {1} in {2}; listening there: nothing", "{2} 里没有 {0} 监听接收 {1}；那里什么也没有监听"),
        ("no {0} listener takes {1} in {2}; listening there: {3}", "{2} 里没有 {0} 监听接收 {1}；那里监听的是 {3}"),
        ("nothing on {0}", "{0} 上没有监听"),
        ("dockerd only holds the port and never accepts", "dockerd 只占着端口，从不接受连接"),
        ("accept queue full: {0} wait, limit {1}", "接受队列已满：{0} 个在等，上限 {1}"),
        ("{0} is paused: nobody accepts", "{0} 被暂停，没有人接受连接"),
        ("paused: nobody accepts", "被暂停，没有人接受连接"),
        ("a server on all addresses answers from {0}, unless it asks for the address it was called by (IP_PKTINFO)",
            "监听所有地址的服务会从 {0} 回答，除非它查过自己是被哪个地址呼叫的（IP_PKTINFO）"),
        ("{0} is published; sockets not read", "{0} 有端口映射；没读到套接字"),
        ("{0}: sockets not read", "{0}：没读到套接字"),
        ("the answer comes from {0}, not from {1}", "应答来自 {0}，不是来自 {1}"),
        ("the answer ends at {0}, which did not ask", "应答到了 {0}，而它没有问"),
        ("docker-proxy accepts and dials {0} at {1}", "docker-proxy 接受连接，再去连 {0} 的 {1}"),
        ("docker-proxy dials docker-proxy", "docker-proxy 连到了 docker-proxy 自己"),
        ("docker-proxy, whose container the engine does not name", "docker-proxy，引擎没说它属于哪个容器"),
        ("{0} is not running ({1})", "{0} 没有在运行（{1}）"),
        ("no such port: {0}", "没有 {0} 这样的端口"),

        // where evidence was read
        ("{0} sockets of {1}", "{1} 的 {0} 套接字"),
        ("routes of {0}", "{0} 的路由"),
        ("neighbour table of {0}", "{0} 的邻居表"),
        ("{0} in {1}: no entry", "{1} 里的 {0}：没有条目"),
        ("{0} in {1}: {2}", "{1} 里的 {0}：{2}"),
        ("no nameserver", "没有 nameserver"),
        ("no line for {0}", "没有 {0} 这一行"),
        ("dialled from the network namespace of {0}", "在 {0} 的网络命名空间里拨号"),
        ("asked from {0}", "从 {0} 里问的"),
        ("{0}: {1} table {2}, chain {3}, handle {4}", "{0}：{1} 表 {2}，链 {3}，handle {4}"),
        ("{0}: {1} table {2}, chain {3}", "{0}：{1} 表 {2}，链 {3}"),
        ("container {0}: {1}", "容器 {0}：{1}"),

        // which fact the model may lack
        ("{0} on the way: a hook that is not a rule, or the network behind {1}", "路上的{0}：有不是规则的钩子，或 {1} 后面的网络"),
        ("{0}: nothing", "{0}：什么也没有"),
        .. Readings.All.Select(what => (what + " of {0}", "{0} 的 " + what)),
    ];

    /// <summary>The phrase in the language; one that is not known stays as it is.</summary>
    public static string In(string lang, string phrase) => lang == "zh" ? Translated(All, phrase) : phrase;

    internal static string Translated(ImmutableArray<(string En, string Zh)> list, string phrase)
    {
        foreach (var (en, zh) in list)
            if (Values(en, phrase) is { } values)
                return Filled(list, zh, values);
        return phrase;
    }

    /// <summary>What stands in the holes of a template; null when the phrase is not of its form.</summary>
    internal static IReadOnlyList<string>? Values(string template, string phrase)
    {
        var values = new List<string>();
        var (at, from) = (0, 0);
        while (true)
        {
            var open = template.IndexOf('{', at);
            var words = open < 0 ? template[at..] : template[at..open];
            var found = values.Count == 0 && at == 0 ? phrase.StartsWith(words, StringComparison.Ordinal) ? 0 : -1
                : open < 0 ? phrase.EndsWith(words, StringComparison.Ordinal) && phrase.Length - words.Length > from ? phrase.Length - words.Length : -1
                : phrase.IndexOf(words, Math.Min(from + 1, phrase.Length), StringComparison.Ordinal);
            if (found < 0) return null;
            if (at > 0) values.Add(phrase[from..found]);
            from = found + words.Length;
            if (open < 0) return from == phrase.Length ? values : null;
            at = template.IndexOf('}', open) + 1;
        }
    }

    private static string Filled(ImmutableArray<(string En, string Zh)> list, string template, IReadOnlyList<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var hole = "{" + (char)('0' + i);
            template = template.Replace(hole + "}", Shut(values[i]), StringComparison.Ordinal);
            if (template.Contains(hole + "!}", StringComparison.Ordinal))
                template = template.Replace(hole + "!}", Shut(Translated(list, values[i])), StringComparison.Ordinal);
        }
        return template.Replace('\u0001', '{');

        // A brace within a value is no hole.
        static string Shut(string value) => value.Replace('{', '\u0001');
    }
}
