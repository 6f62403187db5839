using System.Globalization;
using System.Text;
using Fairlead.Model.Rules;

namespace Fairlead.Oracle;

/// <summary>Sums up trials.</summary>
public sealed class Tally
{
    private readonly SortedDictionary<(string Kind, string Hook), (int Hit, int Missed)> kinds = [];
    private readonly SortedDictionary<(string Deed, string Hook), (int Hit, int Missed)> deeds = [];
    private readonly HashSet<(string, string, string)> triples = [];
    private readonly SortedDictionary<string, int> unknown = [];

    public int Flows { get; private set; }
    public int Agreed { get; private set; }
    public int Unknown { get; private set; }
    public List<Trial> Disagreements { get; } = [];

    /// <summary>Trials about which the model could say nothing, by the kind of match that was asked.</summary>
    public IReadOnlyDictionary<string, int> UnknownByKind => unknown;

    public void Add(Trial trial)
    {
        Flows++;
        if (trial.Disagrees) Disagreements.Add(trial);
        else if (trial.Unknown)
        {
            Unknown++;
            var kind = trial.Aim.Deed.Name is "NFQUEUE" or "HMARK" && trial.Model.Matched != Truth.Unknown ? "action " + trial.Aim.Deed.Name
                : trial.Model.Matched == Truth.Unknown ? trial.Aim.Kind.Name
                : trial.Model.Undecided.Select(u => trial.Plan.Aims.FirstOrDefault(a => a.Id == u)).FirstOrDefault(a => a is not null) is { } by
                    ? by.Deed.Name is "NFQUEUE" or "HMARK" ? "action " + by.Deed.Name : by.Kind.Name : "other: " + string.Join(", ", trial.Model.Undecided);
            unknown[kind] = unknown.GetValueOrDefault(kind) + 1;
        }
        else Agreed++;
        if (trial.KernelMatched is not { } caught) return;
        var hook = trial.Aim.Hook.ToString();
        Count(kinds, (trial.Aim.Kind.Name, hook), caught);
        Count(deeds, (trial.Aim.Deed.Name, hook), caught);
        triples.Add((trial.Aim.Kind.Name, trial.Aim.Deed.Name, hook));
    }

    public string Last => string.Create(CultureInfo.InvariantCulture, $"{Flows} flows, {Agreed} agree, {Unknown} unknown, {Disagreements.Count} disagree");

    /// <summary>The tables: packets that a match (an action) caught and that it just missed, by hook; then unknown by kind.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        Table(text, "match", kinds.Select(k => (k.Key.Kind, k.Key.Hook, k.Value)));
        Table(text, "action", deeds.Select(k => (k.Key.Deed, k.Key.Hook, k.Value)));
        text.Append(CultureInfo.InvariantCulture, $"{triples.Count} combinations of match, action and hook\n\nunknown, by the kind of match:{(unknown.Count == 0 ? " none" : "")}\n");
        foreach (var (kind, count) in unknown) text.Append(CultureInfo.InvariantCulture, $"  {count,6}  {kind}\n");
        return text.ToString();
    }

    private static void Count<T>(SortedDictionary<T, (int Hit, int Missed)> counts, T key, bool caught) where T : notnull
    {
        var (hit, missed) = counts.GetValueOrDefault(key);
        counts[key] = caught ? (hit + 1, missed) : (hit, missed + 1);
    }

    private static void Table(StringBuilder text, string what, IEnumerable<(string Name, string Hook, (int Hit, int Missed) Count)> rows)
    {
        string[] hooks = [.. Enum.GetNames<Hook>().Take(5)];
        text.Append(CultureInfo.InvariantCulture, $"{what,-24}{string.Concat(hooks.Select(h => $"{h,14}"))}   (caught/just missed)\n");
        foreach (var row in rows.GroupBy(r => r.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Key,-24}");
            foreach (var hook in hooks) text.Append(CultureInfo.InvariantCulture, $"{(row.FirstOrDefault(r => r.Hook == hook) is { Name: not null } c ? $"{c.Count.Hit}/{c.Count.Missed}" : "-"),14}");
            text.Append('\n');
        }
        text.Append('\n');
    }
}
