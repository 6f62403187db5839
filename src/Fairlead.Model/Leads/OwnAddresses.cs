using System.Buffers;
using System.Collections.Frozen;

namespace Fairlead.Model.Leads;

/// <summary>Names of settings whose value is the service's own address, or one for browsers: never dialled by the service.</summary>
internal static class OwnAddresses
{
    private static readonly FrozenSet<string> Words = FrozenSet.ToFrozenSet(
        [
            "listen", "listener", "listeners", "listening", "bind", "binding", "advertise", "advertised", "origin", "origins", "cors", "callback", "callbacks", "public", "external", "health", "healthcheck",
            "healthz", "liveness", "readiness", "allowed", "allow", "whitelist", "trusted", "redirect", "redirects", "referer", "referrer", "audience", "issuer", "urls", "domain", "domains",
            "frontend", "website", "homepage", "docs", "example", "servers", "test", "interval",
        ],
        StringComparer.OrdinalIgnoreCase);

    // Names that mean the service itself only as a whole.
    private static readonly SearchValues<string> Wholes = SearchValues.Create(
        ["ROOT_URL", "rootUrl", "root-url", "SITE_URL", "siteUrl", "APP_URL", "appUrl", "SELF_URL", "SERVER_URL", "NO_PROXY", "WEBHOOK_URL", "VIRTUAL_HOST", "LETSENCRYPT", "server_name", "HOSTNAME"], StringComparison.OrdinalIgnoreCase);

    public static bool Names(ReadOnlySpan<char> setting)
    {
        if (setting.IndexOfAny(Wholes) >= 0)
            return true;
        var words = Words.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var i = 0; i < setting.Length;)
        {
            if (!char.IsLetterOrDigit(setting[i]))
            {
                i++;
                continue;
            }
            // A word ends at what is no letter, and where a small letter is followed by a capital: advertisedListeners.
            var end = i + 1;
            while (end < setting.Length && char.IsLetterOrDigit(setting[end]) && !(char.IsUpper(setting[end]) && char.IsLower(setting[end - 1])))
                end++;
            if (words.Contains(setting[i..end]))
                return true;
            i = end;
        }
        return false;
    }
}
