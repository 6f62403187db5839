using System.Globalization;
using Fairlead.Oracle;

int hosts = 20, seed = 1, rules = 14, broken = 0;
string? wire = null, record = null;
var verbose = false;
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--hosts": hosts = Number(args[++i]); break;
        case "--seed": seed = Number(args[++i]); break;
        case "--rules": rules = Number(args[++i]); break;
        case "--wire": wire = args[++i]; break;
        case "--record": record = args[++i]; break;
        case "--verbose": verbose = true; break;
        case "--walk":
            WalkBench.Run(wire ?? throw new InvalidOperationException("--wire PROGRAM first"), Number(args[++i]));
            return 0;
        case "--replay":
            var (host, snapshot) = Fixture.Read(args[++i]);
            var judge = new Judge(snapshot, host.Bridged);
            foreach (var kept in host.Flows)
            {
                var said = judge.Ask(kept.Flow, kept.Aimed);
                Console.WriteLine($"{kept.Aimed} ({kept.Kind}, {kept.Deed}, {kept.Hook}): kernel {kept.How} {kept.As} {kept.Counted}; model {said.Fate} {said.Matched} {string.Join(", ", said.Undecided)}");
            }
            return 0;
        default: Console.Error.WriteLine($"oracle: unknown option {args[i]}"); return 2;
    }
}
Ground.Sweep();
var campaign = new Campaign(wire ?? throw new InvalidOperationException("--wire PROGRAM"));
campaign.LearnWhatThereIs();
if (campaign.Lacking.Count > 0) Console.WriteLine("not here (kernel or tools lack them):\n" + string.Concat(campaign.Lacking.Select(l => $"  {l.Key}: {l.Value}\n")));
var tally = new Tally();
for (var i = 0; i < hosts; i++)
{
    var plan = campaign.Draw(seed + i, rules);
    IReadOnlyList<Trial> trials;
    try
    {
        trials = campaign.Run(plan, record is null ? null : (snapshot, all) => Fixture.Write(record, plan, snapshot, all));
    }
    catch (InvalidOperationException e)
    {
        Console.WriteLine(string.Join('\n', e.Message.Split('\n').Take(verbose ? 200 : 4)));
        broken++;
        continue;
    }
    foreach (var trial in trials)
    {
        tally.Add(trial);
        if (trial.Disagrees && verbose) Console.WriteLine(plan.Script);
        if (trial.Disagrees || verbose && trial.Unknown) Console.WriteLine((trial.Disagrees ? "DISAGREE " : "unknown ") + trial);
    }
}
Console.WriteLine();
Console.WriteLine(tally.Text());
if (broken > 0) Console.WriteLine($"{broken} hosts could not be built");
Console.WriteLine(tally.Last);
return tally.Disagreements.Count == 0 && broken == 0 ? 0 : 1;

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
