using System.Globalization;

namespace Fairlead.Model.Rules.Text;

/// <summary>Hooks and priorities in nft's words: `filter`, `dstnat + 5`, `-7`.</summary>
internal static class NftPriority
{
    private const int Reach = 10;

    public static string Text(TableFamily family, Hook hook, int priority)
    {
        foreach ((string name, int at, Hook[]? only) in Names(family))
        {
            int away = priority - at;
            if (Math.Abs((long)priority - at) > Reach || (only is not null && !only.Contains(hook))) continue;
            return away == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} {(away > 0 ? '+' : '-')} {Math.Abs(away)}");
        }
        return priority.ToString(CultureInfo.InvariantCulture);
    }

    public static string HookName(Hook hook) => hook switch
    {
        Hook.Prerouting => "prerouting",
        Hook.Input => "input",
        Hook.Forward => "forward",
        Hook.Output => "output",
        Hook.Postrouting => "postrouting",
        Hook.Ingress => "ingress",
        Hook.Egress => "egress",
        _ => ((int)hook).ToString(CultureInfo.InvariantCulture),
    };

    private static (string Name, int At, Hook[]? Only)[] Names(TableFamily family) => family switch
    {
        TableFamily.Bridge =>
            [("dstnat", -300, [Hook.Prerouting]), ("filter", -200, null), ("out", 100, [Hook.Output]), ("srcnat", 300, [Hook.Postrouting])],
        TableFamily.Arp or TableFamily.Netdev => [("filter", 0, null)],
        _ => [("raw", -300, null), ("mangle", -150, null), ("dstnat", -100, [Hook.Prerouting, Hook.Output]), ("filter", 0, null), ("security", 50, null),
              ("srcnat", 100, [Hook.Postrouting])],
    };
}
