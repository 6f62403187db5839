using System.Net;
using Fairlead.Facts;

namespace Fairlead.Agent.Resolve;

/// <summary>How a libc judges what came of one name (h_errno, and why).</summary>
internal enum Verdict
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name exists, without an address.</summary>
    NoData,

    /// <summary>NXDOMAIN.</summary>
    NotFound,

    /// <summary>Servers answered, but with a failure: try again.</summary>
    Failed,

    /// <summary>Nobody answered in time: try again.</summary>
    TimedOut,

    /// <summary>The kernel said at once that no server is there: try again, and with no other name.</summary>
    Nobody,

    /// <summary>An answer that helps no further (FORMERR and others).</summary>
    Fatal,
}

/// <param name="Server">The server that decided it, or the last one asked.</param>
/// <param name="Rcode">ResolutionFact.Rcode.</param>
internal sealed record LibcAnswer(Verdict Verdict, IReadOnlyList<IPAddress> Addresses, IPAddress? Server, string? Rcode)
{
    internal string Outcome => Verdict switch
    {
        Verdict.Found when Addresses.Count > 0 => Facts.Outcome.Ok,
        Verdict.Found or Verdict.NoData or Verdict.NotFound => Facts.Outcome.NameNotFound,
        Verdict.TimedOut => Facts.Outcome.NameTimeout,
        _ => Facts.Outcome.NameFailure,
    };
}
