using System.Collections.Immutable;
using System.Net;
using Fairlead.Agent.Native;
using Fairlead.Agent.Netlink;
using Fairlead.Facts;

namespace Fairlead.Agent.Readers;

/// <summary>What all the rtnetlink readers share.</summary>
internal static class Dumps
{
    /// <summary>More than any host has; a full routing table of the internet is not read.</summary>
    private const int Limit = 300_000;

    /// <summary>Makes one record of a message, or null where the message is too short to be one.</summary>
    internal delegate T? Decoder<T>(ReadOnlySpan<byte> message)
        where T : class;

    /// <summary>Asks each request; a dump that changed while it was made is asked again twice.</summary>
    internal static Reading<ImmutableArray<T>> Read<T>(
        NetlinkSocket socket, Func<NetlinkRequest[]> requests, int messageType, Decoder<T> decode, string what, string of)
        where T : class
    {
        for (var attempt = 0; ; attempt++)
        {
            var found = ImmutableArray.CreateBuilder<T>();
            var interrupted = false;
            var damaged = false;
            foreach (var request in requests())
            {
                var end = socket.Dump(request, (type, message) =>
                {
                    if (type != messageType || found.Count >= Limit)
                        return;
                    if (decode(message) is { } record)
                        found.Add(record);
                    else
                        damaged = true;
                });
                // a family that this kernel or namespace has not: it holds none of these
                if (end.Errno is Errnos.EOPNOTSUPP or Errnos.EAFNOSUPPORT)
                    continue;
                if (!end.Ok)
                    return Errnos.NotRead(what, of, end.Errno, "netlink dump");
                interrupted |= end.Interrupted;
            }
            if (found.Count >= Limit)
                return Reading.Not<ImmutableArray<T>>(what, of, WhyNot.TooBig, detail: $"more than {Limit}");
            if (damaged)
                return Reading.Not<ImmutableArray<T>>(what, of, WhyNot.Damaged, detail: "a netlink message was too short");
            if (!interrupted)
                return Reading.Of(found.ToImmutable());
            if (attempt == 2)
                return Reading.Not<ImmutableArray<T>>(what, of, WhyNot.Timeout, detail: "it changed during each of three readings");
        }
    }

    internal static IPAddress? Address(ReadOnlySpan<byte> bytes) => bytes.Length is 4 or 16 ? new IPAddress(bytes) : null;

    internal static string Scope(int scope) => scope switch
    {
        0 => "global",
        200 => "site",
        253 => "link",
        254 => "host",
        255 => "nowhere",
        _ => scope.ToString(),
    };
}
