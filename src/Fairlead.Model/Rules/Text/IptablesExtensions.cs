using System.Globalization;
using System.Text;
using Fairlead.Model.Rules.Decode;
using static Fairlead.Model.Rules.Text.IptablesText;

namespace Fairlead.Model.Rules.Text;

/// <summary>Matches and targets that hardly anybody writes, in iptables-save's words; null for one that is not known here.</summary>
internal static class IptablesExtensions
{
    private static readonly (int Bit, string Name)[] Headers =
        [(128, "hop-by-hop"), (64, "ipv6-opts"), (32, "ipv6-route"), (16, "ipv6-frag"), (8, "ah"), (4, "esp"), (2, "ipv6-nonxt"), (1, "protocol")];

    public static string? Match(XtView? view) => view switch
    {
        XtBpf { Pinned: { } path } => " -m bpf --object-pinned " + path,
        XtBpf bpf => string.Create(CultureInfo.InvariantCulture, $" -m bpf --bytecode \"{bpf.Program.Length},{string.Join(',', bpf.Program.Select(Instruction))}\""),
        XtCluster c => string.Create(CultureInfo.InvariantCulture,
            $" -m cluster {Not(c.Invert)}--cluster-local-nodemask 0x{c.Nodes:x8} --cluster-total-nodes {c.Total} --cluster-hash-seed 0x{c.Seed:x8}"),
        XtIpcomp i => $" -m ipcomp {Not(i.Invert)}--ipcompspi {Numbers(i.From, i.To)}{(i.Reserved ? " --compres" : "")}",
        XtAh6 a => " -m ah" + (a.From == 0 && a.To == uint.MaxValue && !a.Invert ? "" : $" {Not(a.Invert)}--ahspi {Numbers(a.From, a.To)}")
            + (a.HeaderLength == 0 && !a.InvertLength ? "" : $" {Not(a.InvertLength)}--ahlen {Text(a.HeaderLength)}") + (a.Reserved ? " --ahres" : ""),
        XtOptions o => Options(o, o.HopByHop ? "hbh" : "dst"),
        XtEui64 => " -m eui64",
        XtMobility m => " -m mh" + (m.Type is { From: 0, To: 255 } && !m.Invert ? "" : $" {Not(m.Invert)}--mh-type {Range(m.Type.From, m.Type.To)}"),
        XtHeaders h => $" -m ipv6header {Not(h.Invert)}--header {string.Join(',', Headers.Where(n => (h.Headers & n.Bit) != 0).Select(n => n.Name))}{(h.Soft ? " --soft" : "")}",
        _ => null,
    };

    public static string? Target(XtView? view) => view switch
    {
        XtHmark h => Hash(h),
        XtIdletimer t => $" -j IDLETIMER --timeout {Text(t.Seconds)} --label {t.Label}{(t.Alarm ? " --alarm" : "")}",
        _ => null,
    };

    private static string Instruction(XtInstruction i) => string.Create(CultureInfo.InvariantCulture, $"{i.Code} {i.True} {i.False} {i.Value}");

    private static string Options(XtOptions o, string name) => $" -m {name}" + (o.Length is { } length ? $" {Not(o.InvertLength)}--{name}-len {Text(length)}" : "")
        + (o.Options.Length == 0 ? "" : $" --{name}-opts {string.Join(',', o.Options.Select(p => Text(p >> 8) + ((p & 0xff) == 0xff ? "" : ":" + Text(p & 0xff))))}");

    private static string Hash(XtHmark h)
    {
        var text = new StringBuilder(" -j HMARK");
        void add(int bit, string option)
        {
            if ((h.Flags >> bit & 1) != 0)
                text.Append(" --hmark-").Append(option);
        }
        add(0, "src-prefix " + Text(IptablesMatches.PrefixOf(h.Prefixes.Address) ?? 0));
        add(1, "dst-prefix " + Text(IptablesMatches.PrefixOf(h.Prefixes.Mask) ?? 0));
        add(6, "sport-mask 0x" + h.SourcePortMask.ToString("x4", CultureInfo.InvariantCulture));
        add(7, "dport-mask 0x" + h.DestinationPortMask.ToString("x4", CultureInfo.InvariantCulture));
        add(9, "rnd 0x" + h.Seed.ToString("x8", CultureInfo.InvariantCulture));
        add(10, "mod " + Text(h.Modulus));
        add(11, "offset " + Text(h.Offset));
        add(12, "tuple ct");
        return text.ToString();
    }

    private static string Numbers(uint from, uint to) => from == to ? Text(from) : Text(from) + ":" + Text(to);

    private static string Text<T>(T number) where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
