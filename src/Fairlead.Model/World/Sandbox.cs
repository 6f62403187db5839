using System.Collections.Immutable;
using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Rules;

namespace Fairlead.Model.World;

/// <summary>One network stack: a container's, a shared one, or the host's.</summary>
public sealed class Sandbox
{
    private readonly Lazy<Reading<RuleSet>> rules;
    private readonly ImmutableArray<Container> members;
    private Action? asked;

    public Sandbox(NetnsFacts facts, bool isHost, ImmutableArray<Container> members, Func<NetnsFacts, Reading<RuleSet>> decode)
    {
        Facts = facts;
        IsHost = isHost;
        this.members = members;
        Decode = decode;
        rules = new Lazy<Reading<RuleSet>>(() => decode(facts));
    }

    /// <summary>Id of the namespace, or a made-up one ("container:ID") where it was not read.</summary>
    public string Id => Facts.Id;
    public NetnsFacts Facts { get; }
    public bool IsHost { get; }

    /// <summary>The containers that live in it: none for a bare host, several for a shared one; the owner first.</summary>
    public ImmutableArray<Container> Members
    {
        get
        {
            asked?.Invoke();
            return members;
        }
    }

    /// <summary>For hops: "host" or the container's name.</summary>
    public string At => IsHost ? "host" : Members.Length > 0 ? Members[0].Name : Facts.Of;

    /// <summary>The packet rules of this namespace, decoded once; NotRead where they were not.</summary>
    public Reading<RuleSet> Rules => rules.Value;

    /// <summary>In a changed world only: the engine would set up its DNS at 127.0.0.11 here, with rules and sockets that are not there yet.</summary>
    public bool DnsToCome { get; init; }

    private Func<NetnsFacts, Reading<RuleSet>> Decode { get; }

    /// <summary>The same stack with other facts: for counterfactual walks.</summary>
    public Sandbox With(NetnsFacts facts) => new(facts, IsHost, members, Decode) { DnsToCome = DnsToCome, asked = asked };

    /// <summary>The same stack with one of its containers in another state.</summary>
    public Sandbox With(Container changed) => new(Facts, IsHost, [.. Members.Select(m => m.Id == changed.Id ? changed : m)], Decode) { DnsToCome = DnsToCome };

    /// <summary>The same stack once the engine's DNS stands in it.</summary>
    public Sandbox WithDns() => new(Facts, IsHost, members, Decode) { DnsToCome = true, asked = asked };

    /// <summary>The same stack; <paramref name="whenAsked"/> is told when somebody asks who lives in it.</summary>
    internal Sandbox Asking(Action? whenAsked) => new(Facts, IsHost, members, Decode) { DnsToCome = DnsToCome, asked = whenAsked };

    /// <summary>The same stack with its rules changed by a repair; unread rules stay unread.</summary>
    public Sandbox WithRules(Func<RuleSet, RuleSet> change)
    {
        var before = rules;
        return new Sandbox(Facts, IsHost, members, _ => before.Value is { IsKnown: true } known ? Reading.Of(change(known.Value)) : before.Value) { DnsToCome = DnsToCome, asked = asked };
    }

    public Link? LinkByIndex(int index) => Facts.Links.Or([]).FirstOrDefaultNotNull(l => l.Index == index);

    public Link? LinkByName(string name) => Facts.Links.Or([]).FirstOrDefaultNotNull(l => l.Name == name);

    /// <summary>Whether the address belongs to this stack (127.0.0.0/8 and ::1 always do); Unknown when addresses are unread.</summary>
    public Truth Owns(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return Truth.Yes;
        }

        return !Facts.Addresses.IsKnown ? Truth.Unknown
            : Facts.Addresses.Value.Any(a => a.Address.Equals(address)) ? Truth.Yes : Truth.No;
    }

    /// <summary>A sysctl's value, trimmed; null where it was not read or does not exist.</summary>
    public string? Sysctl(string key) => Facts.Sysctls.IsKnown && Facts.Sysctls.Value.TryGetValue(key, out var value) ? value.Trim() : null;
}

internal static class ImmutableArrayQueries
{
    public static T? FirstOrDefaultNotNull<T>(this ImmutableArray<T> items, Func<T, bool> which) where T : class
    {
        if (!items.IsDefault)
        {
            foreach (var item in items)
            {
                if (which(item))
                {
                    return item;
                }
            }
        }

        return null;
    }
}
