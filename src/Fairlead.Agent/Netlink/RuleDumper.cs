using System.Collections.Immutable;
using System.Diagnostics;
using Fairlead.Facts;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Agent.Netlink;

/// <summary>
/// Reads all packet rules of a namespace from sockets that were opened in it: nf_tables of all families, legacy tables, ipsets that a rule
/// refers to, and the hooks that others registered. Nothing is created: legacy tables are asked for only by names that exist already.
/// </summary>
public static class RuleDumper
{
    private const int NfTables = 10, GetTable = 1, GetChain = 4, GetRule = 7, GetSet = 10, GetSetElement = 13, GetGeneration = 16, GetObject = 19,
        GetFlowtable = 23, NewSet = 9;
    private const int IpSetSubsystem = 6, IpSetList = 7, HookSubsystem = 12, HookGet = 0;
    private const int Tries = 5, MaxSets = 100_000, NewChain = 3;

    /// <summary>
    /// From here on rules are asked for chain by chain. For each datagram of a dump the kernel walks again over all rules that it has sent already: 50,000
    /// rules at once cost it three times what they cost by chain (measured), but a small rule set is read fastest in one question.
    /// </summary>
    private const long ManyRules = 4000;

    /// <summary>All of nf_tables together; 50,000 rules of iptables are 30 MB.</summary>
    private const long MostBytes = 256L * 1024 * 1024;

    /// <summary>A rule set that changes all the time is not read again after this; it is marked as not stable then.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(1);

    /// <summary>Reads everything. An errno of the kernel becomes a <see cref="NotRead"/>, never "no rules".</summary>
    /// <param name="netfilter">Opened with <see cref="NetlinkSocket.Netfilter"/> in the namespace.</param>
    /// <param name="raw4">From <see cref="NetlinkSocket.OpenRaw"/>(4); needed only where <paramref name="legacy4"/> names tables.</param>
    /// <param name="raw6">The same for IPv6.</param>
    /// <param name="legacy4">The lines of /proc/thread-self/net/ip_tables_names of a thread in the namespace; empty where there is no such file.</param>
    /// <param name="legacy6">The lines of ip6_tables_names.</param>
    /// <param name="of">Whose namespace, for messages.</param>
    public static Reading<RulesDump> Read(NetlinkSocket netfilter, SafeFileHandle? raw4, SafeFileHandle? raw6,
        IReadOnlyCollection<string> legacy4, IReadOnlyCollection<string> legacy6, string of)
    {
        var missing = ImmutableArray.CreateBuilder<NotRead>();
        var nf = new List<byte[]>();
        uint generation = 0;
        var stable = false;
        var began = Stopwatch.GetTimestamp();
        for (var attempt = 0; attempt < Tries && !stable && (attempt == 0 || Stopwatch.GetElapsedTime(began) < MostTime); attempt++)
        {
            nf.Clear();
            netfilter.MaxBytes = MostBytes;
            var errno = Generation(netfilter, out var before);
            // no nf_tables in this kernel: there are no such rules, which is an answer
            if (errno is NetlinkLibc.EINVAL or NetlinkLibc.EOPNOTSUPP)
            {
                stable = true;
                break;
            }
            var again = false;
            if (errno == 0)
                errno = DumpTables(netfilter, nf, out again);
            if (errno == 0)
                errno = Generation(netfilter, out generation);
            if (errno != 0 && !Again(errno))
                return Refusal(errno, "nf_tables", of);
            stable = errno == 0 && !again && before == generation;
        }

        var legacy = ImmutableArray.CreateBuilder<LegacyTableDump>();
        LegacyTables.Read(raw4, 4, legacy4, of, legacy, missing);
        LegacyTables.Read(raw6, 6, legacy6, of, legacy, missing);
        var ipsets = new List<byte[]>();
        if (MentionsIpSet(nf, legacy))
        {
            var end = netfilter.Dump(NetlinkRequest.Netfilter(IpSetSubsystem, IpSetList, 2).AttributeByte(1, 7), ipsets);
            if (!end.Ok)
                missing.Add(Refusal(end.Errno, "ipset", of));
        }
        return Reading.Of(new RulesDump
        {
            Generation = generation,
            Stable = stable,
            NfTables = [.. nf],
            Legacy = legacy.ToImmutable(),
            IpSets = [.. ipsets],
            Hooks = DumpHooks(netfilter),
            NotRead = missing.ToImmutable(),
        });
    }

    /// <summary>NFTA_GEN_ID, which counts changes of the namespace's nf_tables rules; 3-4 microseconds. 0 with an errno where it is refused.</summary>
    public static int Generation(NetlinkSocket netfilter, out uint generation)
    {
        uint value = 0;
        var end = netfilter.Ask(NetlinkRequest.Netfilter(NfTables, GetGeneration), (_, message) =>
        {
            var attributes = NetlinkAttributes.Of(message, 4);
            while (attributes.Next())
                if (attributes.Type == 1)
                    value = (uint)attributes.Net;
        });
        generation = value;
        return end.Errno;
    }

    /// <summary>The rules of one chain only, for reading its counters again: 20-50 microseconds for a small chain.</summary>
    public static NetlinkEnd Chain(NetlinkSocket netfilter, int family, string table, string chain, List<byte[]> into) =>
        netfilter.Dump(RulesOf(family, table, chain), into);

    private static NetlinkRequest RulesOf(int family, string table, string chain) =>
        NetlinkRequest.Netfilter(NfTables, GetRule, family).AttributeText(1, table).AttributeText(2, chain);

    /// <summary>As the socket's, but the limit is of all dumps together: each takes from it what it brought.</summary>
    private static NetlinkEnd Dump(NetlinkSocket netfilter, NetlinkRequest request, List<byte[]> into)
    {
        var from = into.Count;
        var end = netfilter.Dump(request, into);
        for (var i = from; i < into.Count; i++)
            netfilter.MaxBytes -= into[i].Length;
        return end;
    }

    private static int DumpTables(NetlinkSocket netfilter, List<byte[]> into, out bool again)
    {
        again = false;
        Span<int> kinds = [GetTable, GetChain, GetRule, GetSet];
        var chains = new Range(0, 0);
        foreach (var kind in kinds)
        {
            var from = into.Count;
            if (kind == GetRule && References(into, chains) > ManyRules)
            {
                if (DumpByChain(netfilter, into, chains, ref again) is var errno and not 0)
                    return errno;
                continue;
            }
            var end = Dump(netfilter, NetlinkRequest.Netfilter(NfTables, kind), into);
            if (Failed(end, ref again))
                return end.Errno;
            if (kind == GetTable && into.Count == from)
                return 0;
            if (kind == GetChain)
                chains = from..into.Count;
            if (kind != GetSet)
                continue;
            var sets = into.Count;
            // somebody who makes more sets than this wants them not to be read: better said than left out
            if (sets - from > MaxSets)
                return NetlinkLibc.EFBIG;
            for (var i = from; i < sets; i++)
            {
                if (ElementsOf(into[i]) is not { } request)
                    continue;
                var elements = Dump(netfilter, request, into);
                if (Failed(elements, ref again))
                    return elements.Errno;
            }
        }
        Span<int> rest = [GetObject, GetFlowtable];
        foreach (var kind in rest)
        {
            var end = Dump(netfilter, NetlinkRequest.Netfilter(NfTables, kind), into);
            // kernels without objects or flowtables refuse the question; then there are none
            if (end.Errno is not (NetlinkLibc.EINVAL or NetlinkLibc.EOPNOTSUPP) && Failed(end, ref again))
                return end.Errno;
        }
        return 0;
    }

    /// <summary>NFTA_CHAIN_USE counts a chain's rules and the jumps to it: not fewer than it has rules.</summary>
    private static long References(List<byte[]> messages, Range chains)
    {
        long all = 0;
        for (var i = chains.Start.Value; i < chains.End.Value; i++)
        {
            var attributes = NetlinkAttributes.Of(messages[i], 4);
            while (attributes.Next())
                if (attributes.Type == 6)
                    all += (long)attributes.Net;
        }
        return all;
    }

    private static int DumpByChain(NetlinkSocket netfilter, List<byte[]> into, Range chains, ref bool again)
    {
        for (var i = chains.Start.Value; i < chains.End.Value; i++)
        {
            var chain = into[i];
            if (chain.Length < 20 || chain[4] != NewChain)
                continue;
            string? table = null, name = null;
            var attributes = NetlinkAttributes.Of(chain, 4);
            while (attributes.Next())
            {
                if (attributes.Type == 1)
                    table = attributes.Text;
                else if (attributes.Type == 3)
                    name = attributes.Text;
            }
            if (table is null || name is null)
                return NetlinkLibc.EPROTO;
            var end = Dump(netfilter, RulesOf(chain[16], table, name), into);
            if (Failed(end, ref again))
                return end.Errno;
        }
        return 0;
    }

    private static bool Failed(NetlinkEnd end, ref bool again)
    {
        again |= end.Interrupted || Again(end.Errno);
        return !end.Ok;
    }

    private static NetlinkRequest? ElementsOf(ReadOnlySpan<byte> set)
    {
        if (set.Length < 20 || set[4] != NewSet)
            return null;
        string? table = null, name = null;
        var attributes = NetlinkAttributes.Of(set, 4);
        while (attributes.Next())
        {
            if (attributes.Type == 1)
                table = attributes.Text;
            else if (attributes.Type == 2)
                name = attributes.Text;
        }
        return table is null || name is null
            ? null
            : NetlinkRequest.Netfilter(NfTables, GetSetElement, set[16]).AttributeText(1, table).AttributeText(2, name);
    }

    /// <summary>
    /// Hooks of the IP and bridge families. Null where the kernel has no hook listing (CONFIG_NETFILTER_NETLINK_HOOK); a family it does not know is
    /// left out.
    /// </summary>
    private static ImmutableArray<byte[]>? DumpHooks(NetlinkSocket netfilter)
    {
        var hooks = new List<byte[]>();
        var known = false;
        Span<int> families = [2, 10, 7];
        foreach (var family in families)
        {
            for (uint hook = 0; hook < 5; hook++)
            {
                var end = netfilter.Dump(NetlinkRequest.Netfilter(HookSubsystem, HookGet, family).AttributeNet(1, hook), hooks);
                known |= end.Ok;
                if (!known)
                    return null;
                if (!end.Ok)
                    break;
            }
        }
        return [.. hooks];
    }

    private static bool MentionsIpSet(List<byte[]> nf, ImmutableArray<LegacyTableDump>.Builder legacy)
    {
        foreach (var message in nf)
            if (message[4] == 6 && mentions(message))
                return true;
        foreach (var table in legacy)
            if (mentions(table.Entries))
                return true;
        return false;

        // the name of an xt match or target, or of an ematch; a stray hit only costs the reading
        static bool mentions(ReadOnlySpan<byte> bytes) => bytes.IndexOf("\0set\0"u8) >= 0 || bytes.IndexOf("\0SET\0"u8) >= 0;
    }

    private static bool Again(int errno) => errno is NetlinkLibc.EINTR or NetlinkLibc.EAGAIN or NetlinkLibc.ENOENT;

    internal static NotRead Refusal(int errno, string what, string of) => errno switch
    {
        NetlinkLibc.EPERM or NetlinkLibc.EACCES => new NotRead(Readings.Rules, of, WhyNot.NotPermitted, "root", Effect, $"{what}: errno {errno}"),
        NetlinkLibc.ETIMEDOUT => new NotRead(Readings.Rules, of, WhyNot.Timeout, null, Effect, $"{what}: no answer"),
        NetlinkLibc.EMSGSIZE or NetlinkLibc.EFBIG => new NotRead(Readings.Rules, of, WhyNot.TooBig, null, Effect, $"{what}: errno {errno}"),
        NetlinkLibc.EPROTO => new NotRead(Readings.Rules, of, WhyNot.Damaged, null, Effect, $"{what}: a message's length is wrong"),
        NetlinkLibc.ENOENT => new NotRead(Readings.Rules, of, WhyNot.Gone, null, Effect, $"{what}: errno {errno}"),
        _ => new NotRead(Readings.Rules, of, WhyNot.Unsupported, null, Effect, $"{what}: errno {errno}"),
    };

    private static ImmutableArray<string> Effect => ["filter", "nat"];
}
