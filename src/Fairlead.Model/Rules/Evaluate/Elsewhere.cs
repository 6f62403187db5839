namespace Fairlead.Model.Rules.Evaluate;

/// <summary>A table and chain to stand for a hook that is in none.</summary>
internal static class Elsewhere
{
    public static (Table, Chain) Of(ForeignHook hook)
    {
        var chain = new Chain { Family = (TableFamily)hook.Family, Table = "", Name = hook.Function, Hook = hook.Hook, Priority = hook.Priority, Rules = [] };
        return (new Table { Family = chain.Family, Name = "", Style = TableStyle.Native, Chains = [chain], Sets = [] }, chain);
    }
}
