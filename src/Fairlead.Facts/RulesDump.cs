using System.Collections.Immutable;

namespace Fairlead.Facts;

/// <summary>
/// The packet rules of one namespace as the kernel sent them: whole netlink messages (header included), one after another, and the answers of
/// getsockopt for legacy tables. Kept undecoded, so that a newer build reads an old snapshot better. Layouts: docs/kernel-rules.md.
/// </summary>
public sealed record RulesDump
{
    /// <summary>NFTA_GEN_ID at the last try.</summary>
    public required uint Generation { get; init; }

    /// <summary>False when the rule set changed during each of the tries.</summary>
    public required bool Stable { get; init; }

    /// <summary>Answers to GETTABLE, GETCHAIN, GETRULE, GETSET, GETSETELEM (one a set), GETOBJ, GETFLOWTABLE, in this order; DONE messages left out.</summary>
    public required ImmutableArray<byte[]> NfTables { get; init; }

    /// <summary>Legacy tables that exist (never asked for by name otherwise: asking creates them).</summary>
    public required ImmutableArray<LegacyTableDump> Legacy { get; init; }

    /// <summary>Answers to IPSET LIST (headers and members).</summary>
    public required ImmutableArray<byte[]> IpSets { get; init; }

    /// <summary>Answers to HOOK_GET where the kernel has it: hooks of BPF programs and others show here. Null where it has not.</summary>
    public ImmutableArray<byte[]>? Hooks { get; init; }

    /// <summary>Answers to RTM_GETLINK are not repeated here; interface indexes in rules are resolved by the namespace's links.</summary>
    public ImmutableArray<NotRead> NotRead { get; init; } = [];
}

/// <param name="Family">4 or 6.</param>
/// <param name="Info">The 84 bytes of IPT_SO_GET_INFO.</param>
/// <param name="Entries">The bytes of IPT_SO_GET_ENTRIES from byte 40 on.</param>
public sealed record LegacyTableDump(int Family, string Table, byte[] Info, byte[] Entries);
