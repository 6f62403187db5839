using System.Globalization;
using Fairlead.Model.Rules;

namespace Fairlead.Oracle;

/// <summary>One match of a rule, and the packets aimed at it.</summary>
/// <param name="Text">In the words of the tool that loads it.</param>
/// <param name="Hit">A packet that it must catch; null where none is to be had here.</param>
/// <param name="Miss">One that it must just not catch.</param>
public sealed record Case(string Text, Flow? Hit, Flow? Miss)
{
    /// <summary>The protocol that the text itself asks for ("tcp", "udp"); null when it asks for none.</summary>
    public string? Protocol { get; init; }

    /// <summary>The rule is not tied to a destination of its own.</summary>
    public bool NoTag { get; init; }

    /// <summary>A match and an action that must come before, in an earlier chain ("-p udp" and "MARK --set-mark 5").</summary>
    public (string Match, string Action)? Before { get; init; }

    /// <summary>ipset commands, or set declarations of nft.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];
}

/// <summary>Where a rule is being drawn, and chance.</summary>
public sealed class Draw(Random random, bool v6, Hook hook, bool bridged, int number)
{
    private static int serial;

    public bool V6 { get; } = v6;
    public Hook Hook { get; } = hook;
    public bool Bridged { get; } = bridged;

    /// <summary>Number of the rule on its host, from 0: part of names and addresses.</summary>
    public int Number { get; } = number;
    public bool Local { get; } = hook == Hook.Input || hook == Hook.Prerouting && random.Next(3) == 0;

    public string In => Bridged ? Ground.Bridge : Ground.ToClient;
    public string Out => Bridged ? Ground.Bridge : Ground.ToServer;
    public string Width => V6 ? "128" : "32";

    public int Next(int below) => random.Next(below);

    public bool Coin(int percent = 50) => random.Next(100) < percent;

    public T Of<T>(params T[] choices) => choices[random.Next(choices.Length)];

    /// <summary>An address of the clients' network (its last byte 10 to 90).</summary>
    public string Client(int last) => V6 ? string.Create(CultureInfo.InvariantCulture, $"2001:db8:1::{last:x}") : string.Create(CultureInfo.InvariantCulture, $"192.0.2.{last}");

    /// <summary>An address behind the router, or its own.</summary>
    public string Target(int last)
    {
        var network = Local ? V6 ? "2001:db8:3::" : "203.0.113." : Bridged ? V6 ? "2001:db8:1::" : "192.0.2." : V6 ? "2001:db8:2::" : "198.51.100.";
        return network + last.ToString(V6 ? "x" : "d", CultureInfo.InvariantCulture);
    }

    /// <summary>The address to which this rule is tied.</summary>
    public string Tag => Target(100 + Number);

    /// <summary>A packet to the rule's address, with ports that no other has.</summary>
    public Flow Flow()
    {
        var n = Interlocked.Increment(ref serial);
        return new Flow
        {
            From = Hook == Hook.Output ? Side.Router : Side.Client,
            Source = Hook == Hook.Output ? V6 ? "2001:db8:2::1" : "198.51.100.1" : Client(10 + random.Next(80)),
            Destination = Tag,
            SourcePort = 10_000 + n % 20_000,
            DestinationPort = 1_000 + n % 8_000,
        };
    }

    /// <summary>Turns the sense round now and then: "{!}" (iptables) or "{=}" (nft) in the text shows where that is said.</summary>
    public Case Either(string text, Flow? hit, Flow? miss, string? protocol = null)
    {
        var not = (text.Contains("{!}", StringComparison.Ordinal) || text.Contains("{=}", StringComparison.Ordinal)) && Coin(35);
        text = text.Replace("{!}", not ? "! " : "", StringComparison.Ordinal).Replace("{=}", not ? "!= " : text.Contains(" and ", StringComparison.Ordinal) ? "== " : "", StringComparison.Ordinal);
        return new Case(text, not ? miss : hit, not ? hit : miss) { Protocol = protocol };
    }

    /// <summary>One of the two only: the match holds for every packet that comes here, or for none.</summary>
    public Case Always(string text, bool holds) => Either(text, holds ? Flow() : null, holds ? null : Flow());
}

/// <summary>A kind of match.</summary>
/// <param name="Make">Draws one; null where this hook or family has none.</param>
public sealed record Kind(string Name, Func<Draw, Case?> Make)
{
    /// <summary>Of nft's own language, not of iptables'.</summary>
    public bool Native { get; init; }

    /// <summary>How often it is drawn: what nobody dials or hardly anybody writes comes less.</summary>
    public int Weight => Rare.Contains(Name) ? 1 : 15;

    private static readonly HashSet<string> Rare =
    [
        "esp", "ah", "ipcomp", "dccp", "sctp", "hbh", "dst", "rt", "frag", "mh", "eui64", "ipv6header", "cpu", "cluster", "bpf", "realm", "devgroup", "connlabel", "u32", "ecn",
        "nft rt", "nft exthdr", "NFQUEUE", "HMARK",
    ];
}
