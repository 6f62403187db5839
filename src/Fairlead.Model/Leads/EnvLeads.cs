using System.Collections.Immutable;
using Fairlead.Model.Symptoms;

namespace Fairlead.Model.Leads;

/// <summary>Variables: URLs, host:port, and X_HOST with X_PORT.</summary>
internal static class EnvLeads
{
    private static readonly string[] HostEndings = ["_HOST", "_HOSTNAME", "_SERVER", "_ADDR", "_ADDRESS", "_ENDPOINT", "HOST"];

    public static IEnumerable<Lead> Of(LeadSource source)
    {
        foreach (var (name, value) in source.Env)
        {
            if (value.Length == 0 || OwnAddresses.Names(name))
                continue;
            var any = false;
            foreach (var lead in Values.In(value, LeadKinds.Env, name, source.Known))
            {
                any = true;
                yield return lead;
            }
            if (!any && WithPort(source, name, value) is { } pair)
                yield return pair;
        }
    }

    private static Lead? WithPort(LeadSource source, string name, string value)
    {
        if (!Values.Believable(value, source.Known))
            return null;
        foreach (var ending in HostEndings)
        {
            if (!name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                continue;
            var wanted = name[..^ending.Length] + (ending.StartsWith('_') ? "_PORT" : "PORT");
            foreach (var (other, text) in source.Env)
            {
                if (other.Equals(wanted, StringComparison.OrdinalIgnoreCase) && Shapes.Port(text, out var port) == text.Length && port > 0)
                    return new Lead { Kind = LeadKinds.Env, Where = $"{name}, {other}", Host = value, Port = port };
            }
            // The name says which service it is.
            var port2 = wanted.ToUpperInvariant() switch { var w when w.Contains("REDIS", StringComparison.Ordinal) => 6379, var w when w.Contains("MYSQL", StringComparison.Ordinal) || w.Contains("MARIADB", StringComparison.Ordinal) => 3306, var w when w.Contains("POSTGRES", StringComparison.Ordinal) || w.Contains("PGHOST", StringComparison.Ordinal) => 5432, var w when w.Contains("MONGO", StringComparison.Ordinal) => 27017, _ => 0 };
            return port2 == 0 ? null : new Lead { Kind = LeadKinds.Env, Where = name, Host = value, Port = port2 };
        }
        return null;
    }
}
