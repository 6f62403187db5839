using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Model.Names;

/// <summary>Whether the servers of resolv.conf can be asked at all: a query is a connection like any other.</summary>
internal static class Servers
{
    private const int Dns = 53;

    /// <summary>How and why every server is out of reach; null where one may answer, or where that is not certain.</summary>
    public static (string Outcome, string Why)? Unreachable(HostWorld world, Sandbox from, Container? dialler, ResolverFile file)
    {
        var silent = true;
        string? why = null;
        foreach (var server in file.Asked)
        {
            if (!IPAddress.TryParse(server, out var address) || (from.DnsToCome && server == ResolverFile.EmbeddedDns))
            {
                return null;
            }

            var path = Walker.Walk(world, new WalkQuestion(from, dialler, address, Dns, "udp"));
            if (!path.Certain || path.Outcome is Outcome.Ok or Outcome.LeavesHost or Outcome.Silent or Outcome.Unknown)
            {
                return null;
            }

            silent &= path.Outcome == Outcome.Timeout;
            why ??= $"{server} cannot be asked: {path.Stop.Detail}";
        }

        return why is null ? null : (silent ? Outcome.NameTimeout : Outcome.NameFailure, why);
    }
}
