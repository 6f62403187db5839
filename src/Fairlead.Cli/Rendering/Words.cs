using System.Globalization;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Rendering;

/// <summary>The words of the frame in one language; sentences about causes come with the answer.</summary>
internal sealed class Words(bool chinese)
{
    public static Words For(string lang) => new(lang == "zh");

    public bool Chinese { get; } = chinese;

    /// <summary>Picks by language.</summary>
    public string Of(string en, string zh) => Chinese ? zh : en;

    public string Cause => Of("Cause", "原因");
    public string Behind => Of("Behind", "后面还有");
    public string Beside => Of("Also", "另外");
    public string Repair => Of("Repair", "修法");
    public string Path => Of("Path", "路径");
    public string Shown => Of("Shown by", "依据");
    public string NotRead => Of("Not read", "没读到");
    public string Differ => Of("Differ", "不一致");
    public string More => Of("More", "更多");
    public string Answer => Of("Answer", "应答");
    public string Tried => Of("Tried", "试过");
    public string Computed => Of("Computed", "推算");
    public string Colon => Of(": ", "：");
    public string Comma => Of(", ", "，");
    public string Stop => Of(".", "。");
    public string List => Of(", ", "、");
    public string Semicolon => Of("; ", "；");

    /// <summary>"1 container", "2 containers"; English only.</summary>
    public string Count(int n, string what) => string.Create(CultureInfo.InvariantCulture, $"{n} {what}{(n == 1 ? "" : "s")}");

    /// <summary>From where it was looked, for the heading of a scan.</summary>
    public string LookedFrom(string vantage) => vantage switch
    {
        VantageKinds.Root => Of("looked from inside as root", "以 root 身份从容器内部查看"),
        VantageKinds.Helper => Of("looked from inside through a helper", "用临时容器从容器内部查看"),
        VantageKinds.ApiProc => Of("looked from outside (engine's API and /proc)", "从外部查看（引擎 API 和 /proc）"),
        VantageKinds.Api => Of("looked through the engine's API only", "只通过引擎 API 查看"),
        _ => Of("from a saved snapshot", "来自保存的快照"),
    };

    /// <summary>A container's state or health.</summary>
    public string State(string state) => !Chinese ? state : state switch
    {
        "created" => "已创建", "running" => "运行中", "paused" => "已暂停", "restarting" => "正在重启", "exited" => "已退出", "dead" => "已失效", "removing" => "正在删除",
        "unhealthy" => "不健康", "starting" => "正在启动", _ => state,
    };

    public string Parens(string text) => Of($" ({text})", $"（{text}）");

    public string Verdict(string verdict) => verdict switch
    {
        Verdicts.Reachable => Of("REACHABLE", "能通"),
        Verdicts.Unreachable => Of("UNREACHABLE", "不通"),
        Verdicts.Degraded => Of("DEGRADED", "不完全通"),
        _ => Of("COULD NOT TELL", "无法判断"),
    };

    /// <summary>What the client sees, as a phrase after the verdict.</summary>
    public string Phrase(string outcome) => outcome switch
    {
        Outcome.Ok => Of("connected", "已连接"),
        Outcome.Refused => Of("connection refused", "连接被拒绝"),
        Outcome.Timeout => Of("no answer", "没有回应（超时）"),
        Outcome.HostUnreachable => Of("no route to host", "主机不可达"),
        Outcome.NetUnreachable => Of("network unreachable", "网络不可达"),
        Outcome.Denied => Of("not permitted at the source's own end", "在来源自己这一端就不被允许"),
        Outcome.AddressUnavailable => Of("address not available in the source", "来源里没有可用的地址"),
        Outcome.NameNotFound => Of("name not found", "名字不存在"),
        Outcome.NameFailure => Of("the name server failed", "域名服务器出错"),
        Outcome.NameTimeout => Of("the name server did not answer", "域名服务器没有回应"),
        Outcome.Cut => Of("connected, then cut", "连上后马上被断开"),
        Outcome.Silent => Of("connected, then silence", "连上后没有任何应答"),
        Outcome.Stalled => Of("small packets pass, large ones do not", "小包能过，大包过不去"),
        Outcome.Mixed => Of("some of its addresses connect, some do not", "有的地址能通，有的不通"),
        Outcome.LeavesHost => Of("leaves this host", "离开了本机"),
        Outcome.InvalidTarget => Of("not a target that can be dialled", "这个目标无法拨号"),
        _ => Of("not known", "未知"),
    };

    /// <summary>The same in a word, for "computed …, dialled …".</summary>
    public string Short(string outcome) => Chinese
        ? outcome switch
        {
            Outcome.Ok => "能通", Outcome.Refused => "被拒绝", Outcome.Timeout => "超时", Outcome.Cut => "被断开", Outcome.Silent => "无应答",
            Outcome.Mixed => "有通有不通", _ => Phrase(outcome),
        }
        : outcome is Outcome.Ok or Outcome.Refused or Outcome.Timeout or Outcome.Cut or Outcome.Silent or Outcome.Mixed or Outcome.Unknown
            ? outcome
            : Phrase(outcome);

    public string Confidence(string confidence) => confidence switch
    {
        Confidences.Proven => Of("proven", "已证实"),
        Confidences.Likely => Of("likely", "很可能"),
        _ => Of("possible", "有可能"),
    };

    /// <summary>A span of time, as short as it is.</summary>
    public string Time(double ms)
    {
        var (number, unit) = ms switch
        {
            < 10 => (ms.ToString("0.0", CultureInfo.InvariantCulture), Of("ms", "毫秒")),
            < 1000 => (ms.ToString("0", CultureInfo.InvariantCulture), Of("ms", "毫秒")),
            _ => ((ms / 1000).ToString("0.0#", CultureInfo.InvariantCulture), Of("s", "秒")),
        };
        return $"{number} {unit}";
    }

    public string HopKind(string kind) => Chinese
        ? kind switch
        {
            HopKinds.Source => "来源", HopKinds.Resolve => "解析", HopKinds.Route => "路由", HopKinds.Neighbour => "邻居", HopKinds.Link => "链路",
            HopKinds.Nat => "NAT", HopKinds.Filter => "过滤", HopKinds.Bridge => "网桥", HopKinds.Proxy => "代理", HopKinds.Listen => "监听",
            HopKinds.Accept => "接受", HopKinds.Protocol => "协议", HopKinds.Outside => "外部", _ => kind,
        }
        : kind;

    public string HopResult(string result) => Chinese
        ? result switch
        {
            HopResults.Pass => "通过", HopResults.Rewrite => "改写", HopResults.Deliver => "送达", HopResults.Drop => "丢弃", HopResults.Reject => "拒绝",
            HopResults.Nothing => "没有", HopResults.Loop => "绕回", _ => "未知",
        }
        : result;

    /// <summary>What a piece of evidence is.</summary>
    public string EvidenceKind(string kind) => Chinese
        ? kind switch
        {
            EvidenceKinds.Listener => "监听", EvidenceKinds.NoListener => "没有监听", EvidenceKinds.Connection => "连接", EvidenceKinds.Route => "路由",
            EvidenceKinds.Neighbour => "邻居", EvidenceKinds.Link => "接口", EvidenceKinds.Address => "地址", EvidenceKinds.Rule => "规则",
            EvidenceKinds.Counter => "计数", EvidenceKinds.Sysctl => "内核参数", EvidenceKinds.Conntrack => "连接跟踪", EvidenceKinds.HostsLine => "hosts 文件",
            EvidenceKinds.ResolverLine => "解析配置", EvidenceKinds.DnsAnswer => "解析结果", EvidenceKinds.Membership => "所在网络",
            EvidenceKinds.NetworkOption => "网络选项", EvidenceKinds.Publish => "端口映射", EvidenceKinds.ContainerState => "容器状态",
            EvidenceKinds.ContainerOption => "容器选项", EvidenceKinds.DaemonOption => "引擎选项", EvidenceKinds.Env => "环境变量",
            EvidenceKinds.Label => "标签", EvidenceKinds.Command => "启动命令", EvidenceKinds.FileLine => "文件", EvidenceKinds.LogLine => "日志",
            EvidenceKinds.KernelLog => "内核日志", EvidenceKinds.Dial => "拨号", EvidenceKinds.Answer => "应答", _ => kind,
        }
        : kind;

    /// <summary>What a reading is called.</summary>
    public string Reading(string what) => what switch
    {
        Readings.Netns => Of("the network namespace", "网络命名空间"),
        Readings.Links => Of("the interfaces", "网络接口"),
        Readings.Routes => Of("the routes", "路由"),
        Readings.Rules => Of("the packet rules", "防火墙规则"),
        Readings.Sockets => Of("the sockets", "套接字"),
        Readings.HostsFile => Of("the hosts file", "hosts 文件"),
        Readings.Resolver => Of("the resolver's answer", "域名解析"),
        Readings.Processes => Of("the processes", "进程"),
        Readings.Logs => Of("the logs", "日志"),
        Readings.ConfigFile => Of("the configuration files", "配置文件"),
        Readings.Engine => Of("the engine", "引擎"),
        Readings.Sysctl => Of("the kernel's settings", "内核参数"),
        Readings.Conntrack => Of("the connection table", "连接跟踪表"),
        Readings.Neighbours => Of("the neighbours", "邻居表"),
        _ => what,
    };

    public string WhyNot(string why) => why switch
    {
        Facts.WhyNot.NotPermitted => Of("not permitted", "没有权限"),
        Facts.WhyNot.Gone => Of("gone meanwhile", "中途消失了"),
        Facts.WhyNot.Unsupported => Of("not supported here", "这里不支持"),
        Facts.WhyNot.TooBig => Of("too big", "太大"),
        Facts.WhyNot.Timeout => Of("no answer in time", "没有及时回应"),
        Facts.WhyNot.Damaged => Of("damaged", "已损坏"),
        Facts.WhyNot.NotAsked => Of("not asked for", "没有要求读"),
        Facts.WhyNot.Platform => Of("not on this platform", "这个平台上没有"),
        _ => why,
    };

    public string Needs(string? needs) => needs switch
    {
        "root" => Of("run as root to read it", "用 root 运行就能读到"),
        "helper" => Of("--vantage helper can read it", "加 --vantage helper 就能读到"),
        "engine" => Of("needs a running engine", "需要引擎在运行"),
        _ => "",
    };
}
