using System.Collections.Immutable;
using Fairlead.Model.Symptoms.Emitters;

namespace Fairlead.Model.Symptoms;

/// <summary>All forms of words, by emitter.</summary>
public static class Rows
{
    public static readonly ImmutableArray<Row> All =
    [
        .. Go.Rows, .. Node.Rows, .. Python.Rows, .. Jvm.Rows, .. DotNet.Rows, .. Databases.Rows, .. Proxies.Rows, .. Tools.Rows, .. Others.Rows, .. EngineAndKernel.Rows, .. AnyProgram.Rows,
    ];

    /// <summary>Words of forms that decide a class by themselves, so that no phrase need stand beside them.</summary>
    internal static IEnumerable<string> Triggers => All.Where(r => r.Class is not null).Select(r => r.Template.Words);
}
