using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Dial;

/// <summary>From the kernel's error number to the contract's outcome.</summary>
internal static class Outcomes
{
    internal static string Of(int errno) => errno switch
    {
        0 => Outcome.Ok,
        Errnos.ECONNREFUSED => Outcome.Refused,
        Errnos.ETIMEDOUT => Outcome.Timeout,
        // ENOPROTOOPT is ICMP's "protocol unreachable"
        Errnos.EHOSTUNREACH or Errnos.EHOSTDOWN or Errnos.ENOPROTOOPT => Outcome.HostUnreachable,
        // EINVAL is what a blackhole route gives
        Errnos.ENETUNREACH or Errnos.ENETDOWN or Errnos.EINVAL => Outcome.NetUnreachable,
        Errnos.EPERM or Errnos.EACCES => Outcome.Denied,
        // a kernel without IPv6 has no socket of that family
        Errnos.EADDRNOTAVAIL or Errnos.EAFNOSUPPORT => Outcome.AddressUnavailable,
        Errnos.ECONNRESET or Errnos.EPIPE or Errnos.ECONNABORTED => Outcome.Cut,
        _ => Outcome.Unknown,
    };
}
