using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Rendering;

/// <summary>
/// The host at one look: its own interfaces, who filters, and each network with its containers. A container is drawn once, in the network of its
/// default route (where its doors lead); its other addresses stand behind it.
/// </summary>
internal sealed class MapView
{
    /// <summary>With more containers than this a scan shows of each network only those with doors or problems.</summary>
    internal const int FoldAbove = 100;

    private const int RowsOfFolded = 60, MostFoldedNetworks = 24, Listed = 12, BridgesListed = 6;
    private readonly MapAnswer map;
    private readonly Words words;
    private readonly Layout page;
    private readonly ILookup<string, int> problems;
    private readonly bool fold, whole;
    private readonly Dictionary<string, ScanContainer> byId;

    private MapView(MapAnswer map, Layout page, ILookup<string, int> problems, bool whole)
    {
        (this.map, this.page, this.problems, words) = (map, page, problems, Words.For(map.Lang));
        byId = map.Containers.DistinctBy(c => c.Id).ToDictionary(c => c.Id);
        this.whole = whole;
        fold = !whole && map.Containers.Length > FoldAbove;
    }

    /// <summary>The answer to `map`.</summary>
    public static Layout Draw(MapAnswer map, int width, bool quiet)
    {
        var page = new Layout(width);
        Heading(page, map);
        if (!quiet)
            Draw(page, map, Enumerable.Empty<Problem>().ToLookup(p => "", p => 0), whole: true);
        return page;
    }

    /// <summary>The map below a heading.</summary>
    /// <param name="problems">Numbers of the problems by the id of their source.</param>
    /// <param name="whole">Everything, however much it is.</param>
    public static void Draw(Layout page, MapAnswer map, ILookup<string, int> problems, bool whole)
    {
        var view = new MapView(map, page, problems, whole);
        view.Host();
        view.Networks();
        view.Others();
    }

    /// <summary>Engine, host, how much there is, from where it was looked and how long that took.</summary>
    public static void Heading(Layout page, MapAnswer map)
    {
        var words = Words.For(map.Lang);
        if (map.Demo)
            page.Paragraph(0, [], Piece.Of(words.Of("Demo: a recorded host, not this one.", "演示：这是录下的主机，不是这一台。"), Ink.Warn));
        var uplink = map.Host.Interfaces.OrderBy(i => i.DefaultVia.IsEmpty).FirstOrDefault(i => i.Kind == "uplink");
        var at = uplink is null ? "" : words.Parens($"{uplink.Name} {Bare(Address(uplink))}".TrimEnd());
        var still = map.Containers.Count(c => !Runs(c));
        var (containers, networks) = (map.Containers.Length, map.Networks.Count(IsDrawn));
        var stopped = still == 0 ? "" : words.Parens(words.Of($"{still} not running", $"{still} 个没有运行"));
        List<Piece> took = map.ElapsedMs > 0 ? [Piece.Of(" · "), Piece.WholeOf((map.ElapsedMs / 1000).ToString("0.00", CultureInfo.InvariantCulture) + words.Of(" s", " 秒"), Ink.Plain)] : [];
        // A full-width bracket brings its own blank.
        var dot = words.Chinese && at.Length > 0 ? "· " : " · ";
        page.Paragraph(0, [], [Piece.Of(words.Of(
            $"Docker {map.Engine.Version} on {map.Host.Name}{at}{dot}{words.Count(containers, "container")}{stopped}, {words.Count(networks, "network")} · {words.LookedFrom(map.Vantage.Kind)}",
            $"{map.Host.Name} 上的 Docker {map.Engine.Version}{at}{dot}{containers} 个容器{stopped}、{networks} 个网络 · {words.LookedFrom(map.Vantage.Kind)}")), .. took]);
    }

    private void Host()
    {
        page.Blank();
        var lead = DiagnosisView.Label(words.Of("Host ", "宿主机"));
        var indent = Layout.Cells(lead);
        var shown = map.Host.Interfaces.Where(i => i.Kind is "uplink" or "tunnel" || (i.Kind == "other" && Address(i).Length > 0)).OrderBy(i => i.DefaultVia.IsEmpty).Select(One).ToList();
        var bridges = map.Host.Interfaces.Where(i => i.Kind == "docker-bridge").OrderBy(i => i.Network != "bridge").ToArray();
        var most = whole ? bridges.Length : BridgesListed;
        shown.AddRange(bridges.Take(most).Select(One));
        if (bridges.Length > most)
            shown.Add(Piece.Of(words.Of($"{bridges.Length - most} more bridges", $"另有 {bridges.Length - most} 个网桥")));
        if (shown.Count == 0)
            shown.Add(Piece.Of(words.Of("its interfaces were not read", "网卡没读到")));
        page.Paragraph(indent, lead, [.. shown.SelectMany((piece, i) => i == 0 ? [piece] : new[] { Piece.Of(" · "), piece })]);
        var firewall = map.Host.Firewall;
        var forwarding = map.Host.Forwarding is { } on ? words.Of("forwarding ", "转发") + words.Of(on ? "on" : "OFF", on ? "已开" : "已关") : words.Of("forwarding not read", "转发没读到");
        page.Paragraph(indent, [], Piece.Of(forwarding + " · " + (firewall.InputPolicy is null ? words.Of("firewall: not read", "防火墙：没读到") : Firewall(firewall))));
    }

    private string Firewall(ScanFirewall firewall)
    {
        var backends = firewall.Backends.IsEmpty ? words.Of("no rules", "没有规则") : string.Join(words.Of(" and ", " 和 "), firewall.Backends);
        var manager = firewall.Manager is { } name ? words.Of($"{name} in charge", $"由 {name} 管理") : words.Of("no ufw or firewalld", "没有 ufw 或 firewalld");
        var forward = firewall.ForwardPolicy is { } policy ? words.Of($", FORWARD policy {policy}", $"，FORWARD 默认 {policy}") : "";
        return words.Of($"firewall: {backends}, INPUT policy {firewall.InputPolicy}{forward}, {manager}", $"防火墙：{backends}，INPUT 默认 {firewall.InputPolicy}{forward}，{manager}");
    }

    /// <summary>"eth0 192.0.2.10/24 uplink, default route via 192.0.2.1", "docker0 172.17.0.1", "br-… 172.18.0.1 (shop)".</summary>
    private Piece One(ScanInterface link)
    {
        var address = Address(link);
        if (link.Kind == "docker-bridge")
            return Short($"{link.Name} {Bare(address)}".TrimEnd() + (link.Network is { } network and not "bridge" ? words.Parens(network) : ""));
        var what = link.Kind switch { "uplink" => words.Of("uplink", "上行网卡"), "tunnel" => words.Of("tunnel", "隧道"), _ => "" };
        var via = link.DefaultVia.IsEmpty ? "" : words.Of("default route", "默认路由") + (link.DefaultVia[0] == "on-link" ? "" : words.Of(" via ", " ") + string.Join(words.List, link.DefaultVia));
        return Short($"{link.Name} {address} {string.Join(words.Comma, new[] { what, via }.Where(t => t.Length > 0))}".TrimEnd());
    }

    /// <summary>Kept on one line where a line has room for it.</summary>
    private static Piece Short(string text) => text.Length <= 40 ? Piece.WholeOf(text, Ink.Plain) : Piece.Of(text);

    private void Networks()
    {
        var drawn = map.Networks.Where(n => IsDrawn(n) && n.Containers.Any(m => byId.TryGetValue(m.Id, out var c) && Runs(c)))
            .OrderBy(n => !IsDefault(n)).ThenBy(n => n.Name, StringComparer.Ordinal).ToArray();
        var shown = drawn;
        if (fold)
        {
            var telling = drawn.Where(n => Own(n).Any(m => Tells(byId[m.Id])));
            shown = [.. telling.OrderBy(n => !Own(n).Any(m => problems.Contains(m.Id))).ThenByDescending(n => n.Containers.Length).Take(MostFoldedNetworks)
                .OrderBy(n => !IsDefault(n)).ThenBy(n => n.Name, StringComparer.Ordinal)];
        }
        var most = fold ? Math.Max(2, RowsOfFolded / Math.Max(1, shown.Length)) : int.MaxValue;
        SideBySide.Draw(page, shown.Select(n => Box(n, most)));
        var rest = drawn.Except(shown).ToArray();
        if (rest.Length > 0)
        {
            page.Blank();
            var some = string.Join(words.List, rest.Take(Listed).Select(n => string.Create(CultureInfo.InvariantCulture, $"{n.Name} {n.Containers.Length}"))) + (rest.Length > Listed ? words.List + "…" : "");
            page.Paragraph(3, [], Piece.Of(words.Of($"{words.Count(rest.Length, "network")} more, with so many containers: {some}", $"另有 {rest.Length} 个网络，各有容器：{some}")));
        }
        if (fold)
            page.Paragraph(0, [], Piece.Of(words.Of("Shown are containers with doors or problems. All of them: ", "只列出有映射端口或有问题的容器。全部列出：")), Piece.WholeOf("fairlead map", Ink.Command));
    }

    private IReadOnlyList<IReadOnlyList<Piece>> Box(ScanNetwork network, int most)
    {
        var own = Own(network).ToArray();
        var rows = own;
        if (fold)
            rows = [.. own.Where(m => Tells(byId[m.Id])).OrderBy(m => !problems.Contains(m.Id)).Take(Math.Max(most, own.Count(m => problems.Contains(m.Id)))).OrderBy(m => m.Name, StringComparer.Ordinal)];
        var elsewhere = network.Containers.Where(m => byId.TryGetValue(m.Id, out var c) && Runs(c) && !IsHome(c, network)).Select(m => Home(byId[m.Id])).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToArray();
        var guests = network.Containers.Count(m => byId.TryGetValue(m.Id, out var c) && Runs(c) && !IsHome(c, network));
        var last = new List<string>();
        if (own.Length > rows.Length)
            last.Add(words.Of($"{own.Length - rows.Length} more", $"还有 {own.Length - rows.Length} 个"));
        if (guests > 0)
            last.Add(words.Of($"{guests} drawn in {string.Join(words.List, elsewhere.Take(3))}", $"{guests} 个画在 {string.Join(words.List, elsewhere.Take(3))} 里") + (elsewhere.Length > 3 ? "…" : ""));
        return NetworkBox.Draw(HeadingOf(network, own.Length + guests), [.. rows.Select(m => Row(network, m))], last.Count == 0 ? null : string.Join(words.Semicolon, last), page.Width, words);
    }

    private List<Piece> HeadingOf(ScanNetwork network, int members)
    {
        var notes = new List<string>();
        if (fold)
            notes.Add(words.Of($"{words.Count(members, "container")}", $"{members} 个容器"));
        if (fold && network.Driver == "bridge")
            return Heading();
        if (IsDefault(network))
            notes.Add(words.Of("no names here (default network)", "这里不能用名字（默认网络）"));
        else if (network.Driver == "bridge")
            notes.Add(words.Of("names work", "可以用名字"));
        else
            notes.Add(network.Driver);
        if (network.Project is { } project && !network.Name.StartsWith(project + "_", StringComparison.Ordinal))
            notes.Add("Compose " + project);
        if (network.Internal)
            notes.Add(words.Of("internal: no way out", "内部网络：不通外面"));
        if (!network.Icc)
            notes.Add(words.Of("containers kept apart (icc off)", "容器之间不通（icc 关）"));
        if (!network.Masquerade && !network.Internal)
            notes.Add(words.Of("not masqueraded", "不做地址转换"));
        return Heading();

        List<Piece> Heading() =>
            [Piece.WholeOf(network.Name, Ink.Label), .. network.Subnets.Append(string.Join(" · ", notes)).SelectMany(t => new[] { Layout.Space(2), Piece.Of(t) })];
    }

    private BoxRow Row(ScanNetwork network, ScanMember member)
    {
        var container = byId[member.Id];
        var notes = Doors.Of(container, words).Select(d => Piece.WholeOf(d, Ink.Plain)).ToList();
        notes.Add(Piece.WholeOf(Doors.Inside(container, words), Ink.Plain));
        foreach (var other in map.Networks.Where(n => n.Id != network.Id))
        {
            if (other.Containers.FirstOrDefault(m => m.Id == member.Id) is { } there)
                notes.Add(Piece.WholeOf(words.Of("also ", "也在 ") + $"{other.Name} {there.Ipv4 ?? there.Ipv6}".TrimEnd(), Ink.Faint));
        }
        if (container.State != "running")
            notes.Add(Piece.WholeOf(words.State(container.State), Ink.Warn));
        if (container.Health is "unhealthy" or "starting")
            notes.Add(Piece.WholeOf(words.State(container.Health), Ink.Warn));
        var numbers = problems[member.Id].ToArray();
        return new BoxRow(member.Name, container.Project, numbers.Length == 0 ? "" : "✗ " + string.Join(words.List, numbers.Take(3)) + (numbers.Length > 3 ? "…" : ""), member.Ipv4 ?? member.Ipv6 ?? "", [.. notes]);
    }

    /// <summary>Those without a network of their own, those that do not run, networks without a container.</summary>
    private void Others()
    {
        page.Blank();
        var most = fold ? Listed : int.MaxValue;
        string some(IEnumerable<string> names, string none)
        {
            var all = names.ToArray();
            return all.Length == 0 ? none : string.Join(words.List, all.Take(most)) + (all.Length > most ? words.Of($" and {all.Length - most} more", $"，还有 {all.Length - most} 个") : "");
        }
        var running = map.Containers.Where(Runs).ToArray();
        var nobody = words.Of("no container", "没有容器");
        var modes = new List<string>
        {
            "host" + words.Colon + some(running.Where(c => c.Mode == SourceModes.Host).Select(Named), nobody),
            "none" + words.Colon + some(running.Where(c => c.Mode == SourceModes.None).Select(Named), nobody),
        };
        modes.AddRange(running.Where(c => c.Mode == SourceModes.Shared).GroupBy(c => c.SharesWith ?? "?").OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => words.Of($"inside {g.Key}: ", $"共用 {g.Key} 的网络：") + some(g.Select(Named), nobody)));
        var lone = running.Where(c => c.Mode is not (SourceModes.Host or SourceModes.None or SourceModes.Shared) && !map.Networks.Any(n => IsDrawn(n) && n.Containers.Any(m => m.Id == c.Id))).ToArray();
        if (lone.Length > 0)
            modes.Add(words.Of("on no network: ", "不在任何网络上：") + some(lone.Select(Named), nobody));
        page.Paragraph(3, [], Piece.Of(string.Join(" · ", modes)));
        var still = map.Containers.Where(c => !Runs(c)).ToArray();
        if (still.Length > 0)
            page.Paragraph(3, [], Piece.Of(words.Of("not running: ", "没有运行：") + some(still.Select(c => c.Name + words.Parens(words.State(c.State))), nobody)));
        var empty = map.Networks.Where(n => IsDrawn(n) && !n.Containers.Any(m => byId.TryGetValue(m.Id, out var c) && Runs(c))).ToArray();
        if (empty.Length > 0)
            page.Paragraph(3, [], Piece.Of(words.Of("nobody on: ", "没有容器的网络：") + some(empty.Select(n => n.Name), nobody)));
    }

    private string Named(ScanContainer c) => c.Name + (problems.Contains(c.Id) ? " ✗ " + string.Join(words.List, problems[c.Id]) : "");

    /// <summary>Those that run and are drawn on this network.</summary>
    private IEnumerable<ScanMember> Own(ScanNetwork network) => network.Containers.Where(m => byId.TryGetValue(m.Id, out var c) && Runs(c) && IsHome(c, network));

    private bool IsHome(ScanContainer c, ScanNetwork network) => Home(c) is not { } home || home == network.Name;

    private string? Home(ScanContainer c) => c.GatewayNetwork ?? (map.Networks.Where(n => n.Containers.Any(m => m.Id == c.Id)).Select(n => n.Name).Order(StringComparer.Ordinal).FirstOrDefault());

    private bool Tells(ScanContainer c) => !c.Published.IsEmpty || problems.Contains(c.Id);

    private static bool Runs(ScanContainer c) => c.State is "running" or "paused";

    private static bool IsDefault(ScanNetwork n) => n is { Name: "bridge", Driver: "bridge" };

    private static bool IsDrawn(ScanNetwork n) => n.Driver is not ("host" or "null");

    /// <summary>Its first IPv4 address, else the first that others can use.</summary>
    private static string Address(ScanInterface link) =>
        link.Addresses.FirstOrDefault(a => !a.Contains(':', StringComparison.Ordinal)) ?? link.Addresses.FirstOrDefault(a => !a.StartsWith("fe80:", StringComparison.OrdinalIgnoreCase)) ?? "";

    private static string Bare(string address) => address.Split('/')[0];
}
