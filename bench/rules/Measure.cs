using System.Diagnostics;
using System.Globalization;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;
using Fairlead.Model.Rules.Text;

namespace Fairlead.RuleFiles;

/// <summary>What reading, decoding and writing this namespace's rules costs.</summary>
internal static class Measure
{
    public static void Run(Func<RulesDump> read, int times)
    {
        double[] reads = new double[times], decodes = new double[times], texts = new double[times];
        long messages = 0, bytes = 0, allocated = 0, lines = 0;
        for (var i = 0; i < times; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var at = Stopwatch.GetTimestamp();
            var dump = read();
            reads[i] = Since(ref at);
            var set = RuleSetDecoder.Decode(dump, new Dictionary<int, string>());
            decodes[i] = Since(ref at);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            at = Stopwatch.GetTimestamp();
            lines = Lines(set);
            texts[i] = Since(ref at);
            messages = dump.NfTables.Length;
            bytes = dump.NfTables.Sum(m => (long)m.Length);
        }
        var peak = Process.GetCurrentProcess().PeakWorkingSet64;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"messages {messages}, bytes {bytes}, lines {lines}, allocated by read and decode {allocated / 1024} KiB, peak {peak / 1024 / 1024} MiB"));
        Console.WriteLine($"read   {Shown(reads)}\ndecode {Shown(decodes)}\ntext   {Shown(texts)}");
    }

    private static long Lines(RuleSet set) =>
        (long)NftText.Ruleset(set, withIptablesTables: false).Count(c => c == '\n')
        + new[] { TableFamily.Ip, TableFamily.Ip6 }.Sum(f => new[] { TableStyle.Iptables, TableStyle.Legacy }.Sum(s => IptablesText.Save(set, f, s, counters: true).Count(c => c == '\n')));

    private static double Since(ref long at)
    {
        var now = Stopwatch.GetTimestamp();
        var span = Stopwatch.GetElapsedTime(at, now).TotalMilliseconds;
        at = now;
        return span;
    }

    private static string Shown(double[] all)
    {
        Array.Sort(all);
        return string.Create(CultureInfo.InvariantCulture, $"{all[0]:0.000} ms (median {all[all.Length / 2]:0.000})");
    }
}
