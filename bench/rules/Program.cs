using System.Globalization;
using System.Runtime.InteropServices;
using Fairlead.Agent.Netlink;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;
using Fairlead.Model.Rules.Text;
using Fairlead.RuleFiles;

// Reads the packet rules of the namespace it is started in, as Fairlead does; for the tests' recordings and for measuring.
//   record FOLDER                     the kernel's answers, for the tests (see RuleRecording)
//   text FOLDER|- [4|6|nft|legacy4|legacy6]   what is in the folder, or in this namespace, in the tool's words
//   measure [TIMES]                   milliseconds of reading, decoding and text, minimum and median
string Usage() => "record FOLDER | text FOLDER|- 4|6|nft|legacy4|legacy6|undecoded | measure [TIMES]";

switch (args)
{
    case ["record", var folder]:
        RuleRecording.Write(folder, Read(), Links());
        return 0;
    case ["text", var from, var what]:
        var (dump, links) = from == "-" ? (Read(), Links()) : RuleRecording.Read(from);
        Console.Write(Text(RuleSetDecoder.Decode(dump, links), what));
        return 0;
    case ["measure", .. var rest]:
        Measure.Run(Read, rest is [var times, ..] ? int.Parse(times, CultureInfo.InvariantCulture) : 20);
        return 0;
    default:
        Console.Error.WriteLine(Usage());
        return 2;
}

static string Text(RuleSet set, string what) => what switch
{
    "4" => IptablesText.Save(set, TableFamily.Ip, TableStyle.Iptables, counters: true),
    "6" => IptablesText.Save(set, TableFamily.Ip6, TableStyle.Iptables, counters: true),
    "legacy4" => IptablesText.Save(set, TableFamily.Ip, TableStyle.Legacy, counters: true),
    "legacy6" => IptablesText.Save(set, TableFamily.Ip6, TableStyle.Legacy, counters: true),
    "nft" => NftText.Ruleset(set, withIptablesTables: false, links: set.LinkNames),
    _ => string.Concat(set.Undecoded.Select(u => u + "\n")),
};

// not from /sys, which may be mounted for another namespace
static Dictionary<int, string> Links() =>
    File.ReadLines("/proc/thread-self/net/dev").Skip(2).Select(l => l.Split(':')[0].Trim()).ToDictionary(n => (int)Native.if_nametoindex(n), n => n);

static RulesDump Read()
{
    using var netfilter = new NetlinkSocket(NetlinkSocket.Open(NetlinkSocket.Netfilter, out var errno) ?? throw new IOException($"errno {errno}"));
    using var raw4 = NetlinkSocket.OpenRaw(4, out _);
    using var raw6 = NetlinkSocket.OpenRaw(6, out _);
    static string[] names(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];
    var rules = RuleDumper.Read(netfilter, raw4, raw6, names("/proc/thread-self/net/ip_tables_names"), names("/proc/thread-self/net/ip6_tables_names"), "here");
    return rules.IsKnown ? rules.Value : throw new IOException(rules.Missing.Detail);
}

internal static partial class Native
{
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint if_nametoindex(string name);
}
