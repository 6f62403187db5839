using System.Collections.Immutable;
using Fairlead.Model.Answer;
using Fairlead.Model.Words;
using Fairlead.Model.World;
using Node = Fairlead.Model.Repairs.Keeping.ComposeLines.Node;

namespace Fairlead.Model.Repairs.Keeping;

/// <summary>The edit that keeps a plan beyond a recreate: the lines, and whose files they belong in.</summary>
public sealed record Kept(string Yaml, ImmutableArray<KeptIn> Files)
{
    /// <summary>Containers that get these networks, on top of those they have.</summary>
    public static Kept Joined(HostWorld world, ImmutableArray<Joining.Join> joins)
    {
        var outside = new List<(string, Node)>();
        var services = joins.Select(j =>
        {
            var had = j.Who.Endpoints.Select(e => KeyOf(world, j.Who, e)).Where(k => k.Key != j.Network.Name).ToArray();
            outside.AddRange(had.Where(k => k.Outside).Select(k => (k.Key, External())));
            outside.Add((j.Network.Name, External()));
            Node networks = j.Priority is null && j.Aliases.IsEmpty
                ? new Node.Items([.. had.Select(k => k.Key).Append(j.Network.Name).Select(Node.Of)])
                : new Node.Map([.. had.Select(k => (k.Key, (Node)new Node.Map([]))), (j.Network.Name, Options(j))]);
            return (Owners.Of(j.Who).Service, Node.Of(("networks", networks)));
        });
        var root = Node.Of(("services", new Node.Map([.. services])), ("networks", new Node.Map([.. outside.DistinctBy(n => n.Item1)])));
        return new Kept(ComposeLines.Write(root), [.. joins.Select(j => Owners.Of(j.Who)).Distinct()]);
    }

    /// <summary>A container that gets items of a list: extra_hosts, ports.</summary>
    public static Kept Listed(Container container, string list, string item)
    {
        var file = Owners.Of(container);
        return new Kept(ComposeLines.Write(Node.Of(("services", Node.Of((file.Service, Node.Of((list, new Node.Items([Node.Of(item)])))))))), [file]);
    }

    /// <summary>As it is shown: before the lines, whose file it is.</summary>
    public Persist In(string lang) => new(string.Concat(Files.Select(f => "# " + Said(f).In(lang) + "\n")) + Yaml) { Files = Files };

    private static Text Said(KeptIn file)
    {
        var (service, path) = (Shown.Name(file.Service, "service"), Shown.Name(file.Path ?? "", "file"));
        var known = file.Path is not null;
        Text panel(string name)
        {
            var (who, where) = (Shown.Name(name, "owner"), path);
            return known
                ? Text.Of($"{service}: {where} belongs to the panel {who}: make the edit there, or its next change writes over it", $"{service}：{where} 由面板 {who} 管理，请在面板里改，直接改文件会被它覆盖")
                : Text.Of($"{service}: its file belongs to the panel {who}: make the edit there", $"{service}：它的配置文件由面板 {who} 管理，请在面板里改");
        }

        return file.Owner switch
        {
            OwnerNames.OnePanel => panel("1Panel"),
            OwnerNames.BtPanel => panel("宝塔"),
            OwnerNames.Portainer => panel("Portainer"),
            OwnerNames.Swarm => Text.Of($"{service} is made by Swarm: change its stack file and deploy it, or this is lost with the next task", $"{service} 由 Swarm 创建：请改它的 stack 文件再部署，否则下次调度就会丢"),
            OwnerNames.Kubernetes => Text.Of($"{service} is made by Kubernetes: change its manifest, Compose lines do not reach it", $"{service} 由 Kubernetes 创建：请改它的清单，Compose 写法对它无效"),
            OwnerNames.Compose when known => Text.Of($"{service}: in {path}", $"{service}：写进 {path}"),
            OwnerNames.Compose => Text.Of($"{service}: in the file of its Compose project", $"{service}：写进它的 Compose 项目文件"),
            _ => Text.Of($"{service} was made without Compose: give its docker run the same, or write it down like this", $"{service} 不是用 Compose 创建的：docker run 时加上同样的选项，或者照这样写成 Compose"),
        };
    }

    // Inside its own project a network goes by its key; `bridge` cannot be named in a Compose file, whose services are on `default` unless told otherwise.
    private static (string Key, bool Outside) KeyOf(HostWorld world, Container who, Endpoint endpoint) =>
        endpoint.NetworkName == "bridge" ? ("default", false)
        : world.NetworkOf(endpoint) is { } network && who.Project is { Length: > 0 } project && network.Labels.GetValueOrDefault("com.docker.compose.project") == project
            && network.Labels.GetValueOrDefault("com.docker.compose.network") is { Length: > 0 } key ? (key, false)
        : (endpoint.NetworkName, true);

    private static Node External() => Node.Of(("external", new Node.Word("true", Value: true)));

    private static Node Options(Joining.Join join)
    {
        var options = new List<(string, Node)>();
        if (!join.Aliases.IsEmpty)
        {
            options.Add(("aliases", new Node.Items([.. join.Aliases.Select(Node.Of)])));
        }

        if (join.Priority is { } priority)
        {
            options.Add(("gw_priority", new Node.Word(priority.ToString(System.Globalization.CultureInfo.InvariantCulture), Value: true)));
        }

        return new Node.Map([.. options]);
    }
}
