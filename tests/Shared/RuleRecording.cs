using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Fairlead.Facts;

namespace Fairlead.RuleFiles;

/// <summary>
/// A namespace's rules in a folder: `netlink` (the kernel's messages one after another, nf_tables, ipset and hook listing), `legacy-N-FAMILY-TABLE`, in the kernel's order,
/// (the 84 bytes of GET_INFO and then the entries) and `links` (index and name of each interface).
/// </summary>
public static class RuleRecording
{
    private const int IpSet = 6, Hooks = 12, InfoSize = 84;

    public static void Write(string folder, RulesDump dump, IReadOnlyDictionary<int, string> links)
    {
        Directory.CreateDirectory(folder);
        using (var file = File.Create(Path.Combine(folder, "netlink")))
        {
            foreach (var message in dump.NfTables.Concat(dump.IpSets).Concat(dump.Hooks ?? []))
            {
                file.Write(message);
                file.Write(new byte[-message.Length & 3]);
            }
        }
        foreach (var (i, table) in dump.Legacy.Index())
            File.WriteAllBytes(Path.Combine(folder, $"legacy-{i}-{table.Family}-{table.Table}"), [.. table.Info, .. table.Entries]);
        File.WriteAllLines(Path.Combine(folder, "links"), links.OrderBy(l => l.Key).Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Key} {l.Value}")));
    }

    public static (RulesDump Dump, IReadOnlyDictionary<int, string> Links) Read(string folder)
    {
        var messages = Messages(File.ReadAllBytes(Path.Combine(folder, "netlink")));
        var legacy = Directory.GetFiles(folder, "legacy-*").Order(StringComparer.Ordinal).Select(f =>
        {
            var name = Path.GetFileName(f).Split('-');
            var bytes = File.ReadAllBytes(f);
            return new LegacyTableDump(int.Parse(name[2], CultureInfo.InvariantCulture), name[3], bytes[..InfoSize], bytes[InfoSize..]);
        });
        var links = File.ReadAllLines(Path.Combine(folder, "links")).Select(l => l.Split(' ', 2))
            .ToDictionary(l => int.Parse(l[0], CultureInfo.InvariantCulture), l => l[1]);
        return (new RulesDump
        {
            Generation = 0,
            Stable = true,
            NfTables = [.. messages.Where(m => m[5] is not (IpSet or Hooks))],
            Legacy = [.. legacy],
            IpSets = [.. messages.Where(m => m[5] == IpSet)],
            Hooks = messages.Any(m => m[5] == Hooks) ? [.. messages.Where(m => m[5] == Hooks)] : null,
        }, links);
    }

    private static List<byte[]> Messages(byte[] bytes)
    {
        var messages = new List<byte[]>();
        for (var at = 0; at + 16 <= bytes.Length;)
        {
            var length = (int)MemoryMarshal.Read<uint>(bytes.AsSpan(at));
            messages.Add(bytes[at..(at + length)]);
            at += (length + 3) & ~3;
        }
        return messages;
    }
}
