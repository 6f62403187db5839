using Fairlead.Engine.Capture;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Rules.Decode;
using Fairlead.Model.World;

namespace Fairlead.Engine.Asking;

/// <summary>
/// How a question does without the list of all containers: it is put to the part that was listed, what it found wanting is looked up, and it is put
/// again, until nothing was wanting. So an answer never differs from one out of the whole list; guesses beforehand only save rounds.
/// </summary>
public sealed partial class WhyQuestion
{
    private const int MostLookUps = 8;

    /// <summary>What was read so far, indexed; what did not change since the last time is neither parsed nor decoded again.</summary>
    private HostWorld Indexed()
    {
        // Before the list: what it can be asked may have become more in between, never less.
        var roster = capture!.Roster;
        return indexed = HostWorld.Of(capture.Current, (dump, names) => decoded.GetValue(dump, d => RuleSetDecoder.Decode(d, names)), indexed, roster);
    }

    /// <summary>The networks, and of the list whom each question asks for. Less than a whole name of the source can only be told by the whole list.</summary>
    private async Task ListAsync(HostCapture capture, Task<InspectedContainer?> naming, CancellationToken cancel)
    {
        await Task.WhenAll(naming, capture.EnsureNetworksAsync(cancel));
        var named = await naming;
        if (named is null && sourceAsked != "host")
        {
            await capture.EnsureContainersAsync(cancel);
            return;
        }

        var networks = Indexed().Networks;
        var first = new List<Lookup>();
        if (named is not null)
        {
            // Names and plans ask who is on the source's networks; it is among them itself.
            first.AddRange(networks.Where(n => n.IsUserDefined && named.Networks.Contains(n.Id)).Select(n => Lookup.On(n.Id)));
            if (first.Count == 0 || !named.Running)
            {
                first.Add(Lookup.Id(named.Id));
            }

            if (named.SharesWith.Length == 64)
            {
                first.Add(Lookup.Id(named.SharesWith));
            }
        }

        if (asked.Port > 0)
        {
            first.Add(Lookup.Publishing(asked.Port, asked.Protocol));
        }

        if (asked.Literal is null)
        {
            first.Add(Lookup.Named(asked.Host.TrimEnd('.')));
        }
        else
        {
            first.AddRange(networks.Where(n => n.Contains(asked.Literal)).Select(n => Lookup.On(n.Id)));
        }

        await capture.LookUpAsync(first, cancel);
    }

    /// <summary>What plans ask for nearly always of those whom the question is about: who else is called as they are, and is on their networks.</summary>
    private static Task LookAheadAsync(HostCapture capture, HostWorld world, Container? source, Appetite wish, CancellationToken cancel)
    {
        var next = new List<Lookup>();
        foreach (var container in wish.Containers.Select(world.ById).OfType<Container>().Where(c => c.Id != source?.Id).Take(4))
        {
            next.Add(Lookup.Named(container.Name));
            next.AddRange(container.Endpoints.Select(world.NetworkOf).OfType<Network>().Where(n => n.IsUserDefined).Select(n => Lookup.On(n.Id)));
        }

        return capture.LookUpAsync(next, cancel);
    }

    /// <summary>Asks a world, and one in which more is listed as long as something was wanting.</summary>
    private async Task<(HostWorld World, T Answer)> AskedAsync<T>(HostWorld world, Func<HostWorld, T> ask, CancellationToken cancel)
    {
        for (var round = 0; ; round++)
        {
            T answer;
            try
            {
                answer = ask(world);
                if (world.Roster.Missed.IsEmpty)
                {
                    return (world, answer);
                }
            }
            catch (AskException) when (!world.Roster.Missed.IsEmpty)
            {
                // Refused for want of what is not listed yet.
            }

            await capture!.LookUpAsync(round < MostLookUps ? world.Roster.Missed : [Lookup.All], cancel);
            world = Indexed();
        }
    }

    private async Task<(Question, Reasoned)> ReasonedAsync(Question q, CancellationToken cancel)
    {
        var (_, answer) = await AskedAsync(q.World, w =>
        {
            var again = In(w, q);
            return (Question: again, Reasoned: Diagnoser.Reason(again));
        }, cancel);
        return answer;
    }

    private static Question In(HostWorld world, Question q) => ReferenceEquals(world, q.World) ? q
        : Question.Ask(world, q.Source is null ? null : world.ById(q.Source.Id), q.Asked) with { Seen = q.Seen };
}
