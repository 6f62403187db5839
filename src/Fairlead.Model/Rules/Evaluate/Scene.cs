namespace Fairlead.Model.Rules.Evaluate;

/// <summary>Where a rule is being asked: the packet, the hook, what conntrack knows by then, and the table whose sets are meant.</summary>
internal sealed class Scene(CompiledRules rules, IRuleSurroundings around, Hook hook, bool bridge)
{
    public CompiledRules Rules { get; } = rules;
    public IRuleSurroundings Around { get; } = around;
    public Hook Hook { get; } = hook;
    public bool Bridge { get; } = bridge;
    public Table Table { get; set; } = null!;

    /// <summary>True once conntrack has seen the packet (priority above -200, or a packet that came round by lo).</summary>
    public bool Tracked { get; set; }

    public PacketView View { get; private set; } = null!;
    public Packet Packet => View.Packet;

    /// <summary>Notes of the rule being asked; they count only when the rule may match.</summary>
    public List<string> Notes { get; } = [];

    public string? In => Hook is Hook.Output ? null : Bridge ? Packet.PhysIn ?? Packet.In : Packet.In;

    public string? Out => Hook is Hook.Prerouting or Hook.Input ? null : Bridge ? Packet.PhysOut ?? Packet.Out : Packet.Out;

    /// <summary>Made by a process of this namespace: only such packets have an owner.</summary>
    public bool MadeHere => Hook is Hook.Output || (Hook is Hook.Postrouting && Packet.In is null);

    /// <summary>True when the packet has a conntrack entry that rules can ask.</summary>
    public bool HasEntry => Tracked && (Packet.State & (CtState.Untracked | CtState.Invalid)) == 0;

    public void Look(Packet packet)
    {
        if (View is null || !ReferenceEquals(View.Packet, packet)) View = new PacketView(packet);
    }

    public CtState State => Tracked ? Packet.State : (Packet.State & CtState.Untracked) != 0 ? CtState.Untracked : CtState.Invalid;

    public (System.Net.IPAddress Source, int SourcePort, System.Net.IPAddress Destination, int DestinationPort) OriginalTuple =>
        Packet.Original ?? (Packet.Reply
            ? (Packet.Destination, Packet.DestinationPort, Packet.Source, Packet.SourcePort)
            : (Packet.Source, Packet.SourcePort, Packet.Destination, Packet.DestinationPort));

    public (System.Net.IPAddress Source, int SourcePort, System.Net.IPAddress Destination, int DestinationPort) ReplyTuple
    {
        get
        {
            if (Packet.ReplyTuple is { } known) return known;
            var o = OriginalTuple;
            return Packet.Reply
                ? (o.Destination, o.DestinationPort, o.Source, o.SourcePort)
                : (Packet.Destination, Packet.DestinationPort, Packet.Source, Packet.SourcePort);
        }
    }

    /// <summary>IPS_* bits and which of them are known.</summary>
    public (uint Bits, uint Known) Status
    {
        get
        {
            const uint SeenReply = 2, Assured = 4, Confirmed = 8, SourceNat = 16, DestinationNat = 32;
            const uint NatDone = 0x180;
            uint bits = 0, known = SeenReply | Confirmed | SourceNat | DestinationNat | 1;
            var answered = Packet.Reply || (Packet.State & CtState.Established) != 0;
            if (answered) (bits, known) = (SeenReply | Confirmed | NatDone, known | NatDone);
            else known |= Assured;
            if (!answered && In == "lo" && Hook is Hook.Prerouting or Hook.Input) bits |= Confirmed;
            if (Packet.SourceNatted) bits |= SourceNat;
            if (Packet.DestinationNatted) bits |= DestinationNat;
            return (bits, known);
        }
    }
}
