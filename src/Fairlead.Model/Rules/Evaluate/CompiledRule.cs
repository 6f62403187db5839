using System.Collections.Immutable;
using Fairlead.Model.Rules.Decode;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>What a part is to the walk.</summary>
internal enum PartRole { Test, Passive, Effect }

/// <summary>An xt match or target with its blob read; the view is null where this build does not understand it.</summary>
internal sealed record XtRead(XtPart Raw, XtView? View) : Part;

/// <summary>A rule with its xt blobs read and its parts told apart.</summary>
internal sealed class CompiledRule
{
    public CompiledRule(Rule rule, bool v6)
    {
        Rule = rule;
        var parts = ImmutableArray.CreateBuilder<(PartRole, Part)>(rule.Parts.Length);
        foreach (var part in rule.Parts)
        {
            var read = part is XtPart xt ? new XtRead(xt, XtReader.Read(xt, v6)) : part;
            parts.Add((Tests.Is(read) ? PartRole.Test : Effects.IsPassive(read) ? PartRole.Passive : PartRole.Effect, read));
        }
        Parts = parts.MoveToImmutable();
    }

    public Rule Rule { get; }
    public ImmutableArray<(PartRole Role, Part Part)> Parts { get; }
}

/// <summary>A chain with its rules at hand; they are made ready when the first packet comes to it.</summary>
internal sealed class CompiledChain(Table table, Chain chain)
{
    private readonly Lazy<ImmutableArray<CompiledRule>> _rules = new(() => [.. chain.Rules.Select(r => new CompiledRule(r, table.Family == TableFamily.Ip6))]);

    public Table Table { get; } = table;
    public Chain Chain { get; } = chain;
    public int Count { get; } = chain.Rules.Length;
    public ImmutableArray<CompiledRule> Rules => _rules.Value;
}
