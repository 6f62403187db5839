using System.Globalization;
using System.Text;

namespace Fairlead.Model.Rules.Text;

/// <summary>The blocks of a table: chains, sets, maps, flowtables.</summary>
internal static partial class NftDeclarations
{
    public static string Chain(NftScope scope, Chain chain, bool handles)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\tchain {NftValues.Clean(chain.Name)} {{{NftText.Handle(chain.Handle, handles)}\n");
        if (chain.Comment is { Length: > 0 } comment) text.Append("\t\tcomment ").Append(NftValues.Quote(comment)).Append('\n');
        if (chain.Hook is { } hook) text.Append("\t\t").Append(Base(chain, hook)).Append('\n');
        foreach (Rule rule in chain.Rules)
            text.Append("\t\t").Append(NftWriter.Rule(scope, rule, 0)).Append(NftText.Handle(rule.Handle, handles)).Append('\n');
        return text.Append("\t}\n").ToString();
    }

    public static string Set(NftScope scope, NfSet set, bool handles)
    {
        NftUserData user = NftUserData.Of(set);
        var lines = new List<string> { Type(set, user) };
        if (set.Policy == 1) lines.Add("policy memory");
        if (set.Size is > 0) lines.Add("size " + Number(set.Size.Value) + (set.Elements.Length > 0 ? $"\t# count {set.Elements.Length}" : ""));
        var flags = new List<string>(4);
        if ((set.Flags & 2) != 0) flags.Add("constant");
        if ((set.Flags & 0x20) != 0) flags.Add("dynamic");
        if ((set.Flags & 4) != 0) flags.Add("interval");
        if ((set.Flags & 0x10) != 0) flags.Add("timeout");
        // a default timeout says it too; but where other flags are listed nft lists this one with them
        if (flags.Count > 0 && !(flags is ["timeout"] && set.TimeoutMs is > 0)) lines.Add("flags " + string.Join(',', flags));
        if (set.Expressions.Length > 0) lines.Add(NftWriter.Templates(scope, set.Expressions));
        if (user.AutoMerge) lines.Add("auto-merge");
        if (set.TimeoutMs is > 0 and var timeout) lines.Add("timeout " + NftValues.Duration(timeout));
        if (set.GcMs is > 0 and var gc) lines.Add("gc-interval " + NftValues.Duration(gc));
        if (user.Comment is { Length: > 0 } comment) lines.Add("comment " + NftValues.Quote(comment));
        if (set.Elements.Length > 0) lines.Add("elements = " + new NftElements(scope, set, NftTypeof.Fields(user.KeyTypeof), null).Lines());
        string word = set.IsMap || (set.Flags & 0x40) != 0 ? "map" : "set";
        return $"\t{word} {NftValues.Clean(set.Name)} {{{NftText.Handle(set.Handle, handles)}\n" + string.Concat(lines.Select(l => "\t\t" + l + "\n")) + "\t}\n";
    }

    public static string Flowtable(NfFlowtable f)
    {
        string devices = f.Devices.Length > 0 ? "\t\tdevices = { " + string.Join(", ", f.Devices.Select(NftValues.Quote)) + " }\n" : "";
        string flags = (f.Flags & 1) != 0 ? "\t\tflags offload\n" : "";
        string counter = (f.Flags & 2) != 0 ? "\t\tcounter\n" : "";
        return $"\tflowtable {NftValues.Clean(f.Name)} {{\n\t\thook ingress priority {NftPriority.Text(TableFamily.Netdev, Hook.Ingress, f.Priority)}\n{devices}{flags}{counter}\t}}\n";
    }

    private static string Base(Chain chain, Hook hook)
    {
        string devices = chain.Devices.Length switch
        {
            0 => "",
            1 => " device " + NftValues.Quote(chain.Devices[0]),
            _ => " devices = { " + string.Join(", ", chain.Devices.Select(NftValues.Quote)) + " }",
        };
        string policy = chain.PolicyAccepts is { } accepts ? $" policy {(accepts ? "accept" : "drop")};" : "";
        return $"type {NftValues.Clean(chain.Type ?? "filter")} hook {NftPriority.HookName(hook)}{devices} priority {NftPriority.Text(chain.Family, hook, chain.Priority)};{policy}";
    }

    private static string Type(NfSet set, NftUserData user)
    {
        bool map = set.IsMap || (set.Flags & 0x40) != 0;
        string? typeofKey = NftTypeof.Text(user.KeyTypeof), typeofData = NftTypeof.Text(user.DataTypeof);
        string interval = user.DataInterval ? "interval " : "";
        string data = (set.Flags & 0x40) != 0 ? ObjectName(set.ObjectType)
            : set.DataType >= 0xffffff00 ? "verdict"
            : string.Join(" . ", NftTypes.Unpack(set.DataType).Select(NftTypes.Name));
        if (typeofKey is not null && (!map || typeofData is not null || data == "verdict" || (set.Flags & 0x40) != 0))
            return "typeof " + typeofKey + (map ? " : " + interval + (typeofData ?? data) : "");
        return "type " + string.Join(" . ", NftTypes.Unpack(set.KeyType).Select(NftTypes.Name)) + (map ? " : " + interval + data : "");
    }

    private static string ObjectName(uint type) => type switch
    {
        1 => "counter", 2 => "quota", 3 => "ct helper", 4 => "limit", 5 => "ct count", 6 => "tunnel", 7 => "ct timeout", 8 => "secmark",
        9 => "ct expectation", 10 => "synproxy",
        _ => Number(type),
    };

    private static string Number(long n) => n.ToString(CultureInfo.InvariantCulture);
}
