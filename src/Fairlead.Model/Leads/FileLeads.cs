using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Fairlead.Model.Symptoms;

namespace Fairlead.Model.Leads;

/// <summary>Small configuration files: JSON by its structure, everything else line by line. Nothing of them is kept but the addresses.</summary>
public static class FileLeads
{
    private const int MostText = 1 << 20, MostLines = 20_000, MostDepth = 32;

    // Written by tools for tools; long, and no address in them is dialled.
    private static readonly FrozenSet<string> Machines = FrozenSet.ToFrozenSet(
        ["package.json", "package-lock.json", "composer.json", "composer.lock", "tsconfig.json", "manifest.json", "pnpm-lock.yaml", "renovate.json", "angular.json", "jsconfig.json", "components.json"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file of that name is worth reading (SAFETY 4): a known ending, and none that keys have.</summary>
    public static bool IsConfiguration(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (name.StartsWith("id_", StringComparison.Ordinal) || name.Contains("credential", StringComparison.OrdinalIgnoreCase) || name.Contains("shadow", StringComparison.Ordinal)
            || name.Contains("secret", StringComparison.OrdinalIgnoreCase) || Machines.Contains(name))
            return false;
        return name is ".env" or "Caddyfile" || Path.GetExtension(name).ToLowerInvariant() is ".json" or ".yaml" or ".yml" or ".toml" or ".ini" or ".conf" or ".cfg" or ".env" or ".properties";
    }

    public static ImmutableArray<Lead> Of(string path, string text, ImmutableHashSet<string> known)
    {
        if (text.Length > MostText)
            return [];
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = MostDepth });
                var found = ImmutableArray.CreateBuilder<Lead>();
                Walk(document.RootElement, path, "", known, found);
                return found.ToImmutable();
            }
            catch (JsonException)
            {
                // Then it is text like any other.
            }
        }
        return [.. Lines(path, text, known)];
    }

    /// <summary>An object that says it is switched off holds no leads; "host" and "port" side by side are one.</summary>
    private static void Walk(JsonElement element, string path, string name, ImmutableHashSet<string> known, ImmutableArray<Lead>.Builder found)
    {
        if (found.Count >= LeadFinder.Most)
            return;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                if (Off(element))
                    return;
                if (Text(element, "host") is { } host && Values.Believable(host, known) && Number(element, "port") is > 0 and var port && !OwnAddresses.Names(name) && host is not ("0.0.0.0" or "::"))
                    found.Add(new Lead { Kind = LeadKinds.ConfigFile, Where = path, Host = host, Port = port });
                foreach (var member in element.EnumerateObject())
                    Walk(member.Value, path, name + "." + member.Name, known, found);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Walk(item, path, name, known, found);
                break;
            case JsonValueKind.String when !OwnAddresses.Names(name):
                found.AddRange(Values.In(element.GetString() ?? "", LeadKinds.ConfigFile, path, known));
                break;
            default:
                break;
        }
    }

    private static bool Off(JsonElement element) =>
        (element.TryGetProperty("enable", out var enable) && enable.ValueKind == JsonValueKind.False) || (element.TryGetProperty("enabled", out enable) && enable.ValueKind == JsonValueKind.False);

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var n) && n < 65536 ? n : 0;

    private static IEnumerable<Lead> Lines(string path, string text, ImmutableHashSet<string> known)
    {
        var (number, section, yaml) = (0, "", false);
        (string Host, string Key)? waiting = null;
        foreach (var raw in text.Split('\n', MostLines))
        {
            number++;
            var line = raw.Trim();
            if (line.Length is 0 or > 4096 || line[0] is '#' or ';' || line.StartsWith("//", StringComparison.Ordinal))
                continue;
            if (line[0] == '[' || (yaml && raw[0] is not (' ' or '\t' or '-')))
                (section, yaml) = (line[0] == '[' ? line : "", false);
            var at = line.IndexOfAny([':', '=', ' ', '\t']);
            var key = (at < 0 ? line : line[..at]).Trim('"', '\'', '-');
            var value = at < 0 ? "" : line[(at + 1)..].Trim().Trim('=', ' ', '"', '\'', ',', ';');
            if (value.Length == 0 && line.EndsWith(':'))
                (section, yaml) = (key, true);
            if (OwnAddresses.Names(key) || OwnAddresses.Names(section) || value.Length == 0)
                continue;
            var where = string.Create(CultureInfo.InvariantCulture, $"{path}:{number}");
            foreach (var lead in Values.In(value, LeadKinds.ConfigFile, where, known))
                yield return lead;
            // nginx: server 127.0.0.1:9000 weight=1; fastcgi_pass php:9000;
            if (waiting is { } host && key.EndsWith("port", StringComparison.OrdinalIgnoreCase) && Shapes.Port(value, out var port) == value.Length && port > 0)
            {
                yield return new Lead { Kind = LeadKinds.ConfigFile, Where = where, Host = host.Host, Port = port };
                waiting = null;
            }
            else
            {
                waiting = key.EndsWith("host", StringComparison.OrdinalIgnoreCase) && Values.Believable(value, known) && value is not ("0.0.0.0" or "::") ? (value, key) : null;
            }
        }
    }
}
