using Fairlead.Facts;

namespace Fairlead.Agent.Protocol;

/// <summary>What the other side says, as far as it fits the question and the closed lists (SAFETY 15); null where it does not.</summary>
internal static class Untrusted
{
    private const int MostAddresses = 64, MostNames = 64, LongestName = 300, LongestText = 64, LongestRedirect = 512;
    private static readonly string[] Kinds = ["http", "websocket", "tls", "redis", "mysql", "postgres", "dns", "other", "none"];
    private static readonly string[] SpokenWays = ["spoken", "refused-by-server", "mismatch", "not-asked"];
    private static readonly string[] Origins = ["literal", "hosts", "embedded-dns", "upstream", "search"];

    internal static DialFact? Dial(DialFact? fact, DialRequest request)
    {
        if (fact is null || !fact.Address.Equals(request.Address) || fact.Port != request.Port || fact.Protocol != request.Protocol || fact.Level != request.Level
            || !Outcome.All.Contains(fact.Outcome) || fact.Errno is < 0 or > 4095 || !IsTime(fact.ElapsedMs))
            return null;
        if (fact.Answer is not { } answer)
            return fact;
        return Kinds.Contains(answer.Kind) && SpokenWays.Contains(answer.Spoken)
            ? fact with { Answer = answer with { Text = Cut(answer.Text, LongestText)!, Redirect = Cut(answer.Redirect, LongestRedirect) } }
            : null;
    }

    internal static ResolutionFact? Resolution(ResolutionFact? fact, ResolveRequest request) =>
        fact is not null && fact.Name == request.Name && Outcome.All.Contains(fact.Outcome) && Origins.Contains(fact.From) && IsTime(fact.ElapsedMs)
        && fact.Addresses.Length <= MostAddresses && fact.Asked.Length <= MostNames && fact.Asked.All(n => n.Length <= LongestName)
        && (fact.Outcome != Outcome.Ok || fact.Addresses.Length > 0)
        && (fact.HostsLine is null || (request.HostsFile is { IsKnown: true, Value: { } hosts } && hosts.Contains(fact.HostsLine, StringComparison.Ordinal)))
            ? fact with { Server = Cut(fact.Server, LongestText), Rcode = Cut(fact.Rcode, LongestText) }
            : null;

    private static bool IsTime(double ms) => ms is >= 0 and < 600_000;

    private static string? Cut(string? text, int most) => text is { } t && t.Length > most ? t[..most] : text;
}
