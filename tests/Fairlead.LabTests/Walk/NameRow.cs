using Fairlead.Model.Names;
using Fairlead.Model.World;

namespace Fairlead.LabTests.Walk;

/// <summary>One name of lab/table/names on one engine.</summary>
/// <param name="Name">May hold {id:CONTAINER}, the first twelve digits of its id.</param>
/// <param name="Answer">Addresses in order of their text, joined by commas; or an outcome of the contract.</param>
public sealed record NameRow(string Flow, string Source, string Name, string Answer)
{
    public static IReadOnlyList<NameRow> Of(string file, string generation) =>
        [.. File.ReadLines(file).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('|', StringSplitOptions.TrimEntries))
            .Select(c => (Cells: c, Value: TableRow.Value(c[3], generation))).Where(x => x.Value is not (null or "-"))
            .Select(x => new NameRow(x.Cells[0], x.Cells[1], x.Cells[2], x.Value switch
            {
                "NX" => Facts.Outcome.NameNotFound,
                "FAIL" => Facts.Outcome.NameFailure,
                var addresses => Sorted(addresses!),
            }))];

    public static string Sorted(string addresses) => string.Join(',', addresses.Split(',').Distinct().Order(StringComparer.Ordinal));

    /// <summary>The model's answer in the table's terms; <paramref name="sure"/> is false where it says itself that it does not know.</summary>
    public string Resolve(HostWorld world, out bool sure)
    {
        var container = world.Containers.Single(c => c.Name == Source);
        var name = Name;
        foreach (var c in world.Containers)
            name = name.Replace($"{{id:{c.Name}}}", c.Id[..12], StringComparison.Ordinal);
        var answer = Resolver.Resolve(world, world.SandboxOf(container), container, name);
        sure = answer.Certain;
        // getaddrinfo tells no difference between a server that fails and one that is silent.
        return answer.Addresses.IsEmpty ? answer.Outcome == Facts.Outcome.NameTimeout ? Facts.Outcome.NameFailure : answer.Outcome : Sorted(string.Join(',', answer.Addresses));
    }
}
