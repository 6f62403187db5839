namespace Fairlead.Agent.Resolve;

/// <summary>Which names are asked, in which order, and what ends the search.</summary>
internal static class SearchOrder
{
    /// <summary>
    /// glibc (res_query.c): with enough dots as written first, then through the list, else the list first. Failures are remembered and the search goes
    /// on; what was said of the name as written counts most in the end.
    /// </summary>
    internal static async Task<(LibcAnswer Answer, string? By)> GlibcAsync(string name, ResolverSettings settings, Func<string, Task<LibcAnswer>> ask)
    {
        var trailing = name.EndsWith('.');
        var dots = name.Count(c => c == '.');
        var bare = trailing ? name[..^1] : name;
        LibcAnswer? asWritten = null, noData = null, failed = null, last = null;
        var triedAsWritten = false;
        if (dots >= settings.Ndots || trailing)
        {
            asWritten = await ask(bare).ConfigureAwait(false);
            if (asWritten.Verdict == Verdict.Found || trailing)
                return (asWritten, bare);
            triedAsWritten = true;
        }
        foreach (var suffix in settings.Search)
        {
            var candidate = suffix.Length == 0 ? bare : $"{bare}.{suffix}";
            triedAsWritten |= suffix.Length == 0;
            last = await ask(candidate).ConfigureAwait(false);
            if (last.Verdict is Verdict.Found)
                return (last, candidate);
            // no server at all: no other name will find one
            if (last.Verdict == Verdict.Nobody)
                return (last, null);
            if (last.Verdict == Verdict.NoData)
                noData ??= last;
            else if (last is { Verdict: Verdict.Failed, Rcode: "SERVFAIL" })
                failed ??= last;
            else if (last.Verdict != Verdict.NotFound)
                break;
        }
        if (!triedAsWritten && (dots > 0 || settings.Search.Count == 0 || !settings.NoTldQuery))
        {
            last = await ask(bare).ConfigureAwait(false);
            if (last.Verdict == Verdict.Found)
                return (last, bare);
        }
        return (asWritten ?? noData ?? failed ?? last!, null);
    }

    /// <summary>musl (lookup_name.c): with enough dots as written only, else through the list and then as written; only "no such name" leads on to the next.</summary>
    internal static async Task<(LibcAnswer Answer, string? By)> MuslAsync(string name, ResolverSettings settings, Func<string, Task<LibcAnswer>> ask)
    {
        var bare = name.EndsWith('.') ? name[..^1] : name;
        if (bare.Length == 0 || bare.EndsWith('.'))
            return (new LibcAnswer(Verdict.NotFound, [], null, null), null);
        if (name.Count(c => c == '.') < settings.Ndots && !name.EndsWith('.'))
        {
            foreach (var suffix in settings.Search.Where(s => bare.Length + 1 + s.Length < 256))
            {
                var candidate = $"{bare}.{suffix}".TrimEnd('.');
                var answer = await ask(candidate).ConfigureAwait(false);
                if (answer.Verdict != Verdict.NotFound)
                    return (answer, candidate);
            }
        }
        return (await ask(bare).ConfigureAwait(false), bare);
    }
}
