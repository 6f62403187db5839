using System.Globalization;
using Fairlead.Engine.Capture;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.World;

namespace Fairlead.Engine.Asking;

/// <summary>Whom and which port the words of the command line mean, and what is said when they mean nothing.</summary>
public sealed partial class WhyQuestion
{
    private (Container? Source, string? Took) Find(HostWorld world)
    {
        var found = SourceFinder.Find(sourceAsked, world.Snapshot.Containers);
        if (found is not (SourceAnswer.Host or SourceAnswer.Container { Took: false }))
        {
            world.Roster.Ask(Lookup.All);
        }

        return Found(world, found);
    }

    private (Container? Source, string? Took) Found(HostWorld world, SourceAnswer found) => found switch
    {
        SourceAnswer.Host => (null, null),
        SourceAnswer.Container c => (world.ById(c.Id), c.Took ? c.Name : null),
        SourceAnswer.Ambiguous a => throw new AskException(ErrorCodes.AmbiguousSource,
            Say(options, $"'{Printable.Show(sourceAsked, 80)}' fits several containers", $"“{Printable.Show(sourceAsked, 80)}”对得上好几个容器"),
            Say(options, "Give one whole name.", "请写出完整的名字。"), a.Candidates),
        SourceAnswer.Unknown u => throw new AskException(ErrorCodes.NoSuchSource,
            Say(options, $"no container '{Printable.Show(sourceAsked, 80)}'", $"没有容器“{Printable.Show(sourceAsked, 80)}”")
                + (u.Near.IsEmpty ? "" : Say(options, "; near names", "；相近的名字")),
            Say(options, "List them with: docker ps -a", "列出容器：docker ps -a"), u.Near),
        _ => throw new InvalidOperationException("unknown answer"),
    };

    /// <summary>A bare name gets the one port that is open or exposed; several or none is bad input.</summary>
    private Asked WithPort(HostWorld world, Container? source, Asked asked)
    {
        if (asked.Port > 0)
        {
            return asked;
        }

        var bearer = Bearers.Anywhere(world, asked.Host).FirstOrDefault(c => source is null || c.Id != source.Id);
        if (bearer is null)
        {
            throw new AskException(ErrorCodes.BadTarget,
                Say(options, $"'{asked.Host}' has no port and is no container's name", $"“{asked.Host}”没有写端口，也不是容器的名字"),
                Say(options, $"Write a port: {asked.Host}:PORT", $"请写上端口：{asked.Host}:端口"));
        }

        var listeners = Listeners.Of(world.SandboxOf(bearer), asked.Protocol);
        var ports = listeners.IsKnown ? Listeners.Ports([.. listeners.Value.Where(l => !Listeners.LoopbackOnly(l))]).ToArray() : [];
        if (ports.Length == 0)
        {
            ports = [.. bearer.Exposed.Where(e => e.Protocol == asked.Protocol).Select(e => e.Port).Distinct().Order()];
        }

        return ports is [var only] ? asked with { Port = only, PortFrom = "listener" }
            : throw new AskException(ErrorCodes.BadTarget,
                ports.Length == 0
                    ? Say(options, $"'{asked.Host}' has no port, and no open port of it is known", $"“{asked.Host}”没有写端口，也不知道它开了什么端口")
                    : Say(options, $"'{asked.Host}' has several open ports", $"“{asked.Host}”开了好几个端口"),
                Say(options, "Write one: ", "请写上一个：") + $"{asked.Host}:{(ports.Length == 0 ? "PORT" : ports[0].ToString(CultureInfo.InvariantCulture))}",
                [.. ports.Select(p => $"{asked.Host}:{p.ToString(CultureInfo.InvariantCulture)}")]);
    }

    private static string Say(WhyOptions options, string en, string zh) => options.Lang == "zh" ? zh : en;

    private static string MaskUserInfo(string target)
    {
        var at = target.LastIndexOf('@');
        var mark = target.IndexOf("://", StringComparison.Ordinal);
        return at < 0 ? target : string.Concat(mark < 0 ? "" : target.AsSpan(0, mark + 3), "‹masked›", target.AsSpan(at));
    }
}
