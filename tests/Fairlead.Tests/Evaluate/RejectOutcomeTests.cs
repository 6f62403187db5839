using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Evaluate;
using Xunit;

namespace Fairlead.Tests.Evaluate;

/// <summary>What a plain client sees of each REJECT, as measured on kernel 6.18 with sockets that set no option; lab/dial.c measures it anew in DialTests.</summary>
public sealed class RejectOutcomeTests
{
    public static TheoryData<RejectKind, bool, string, string> Measured => new()
    {
        { RejectKind.NetUnreachable, false, Outcome.NetUnreachable, Outcome.Silent },
        { RejectKind.HostUnreachable, false, Outcome.HostUnreachable, Outcome.Silent },
        { RejectKind.ProtocolUnreachable, false, Outcome.HostUnreachable, Outcome.HostUnreachable },
        { RejectKind.PortUnreachable, false, Outcome.Refused, Outcome.Refused },
        { RejectKind.NetProhibited, false, Outcome.NetUnreachable, Outcome.NetUnreachable },
        { RejectKind.HostProhibited, false, Outcome.HostUnreachable, Outcome.HostUnreachable },
        { RejectKind.AdminProhibited, false, Outcome.HostUnreachable, Outcome.HostUnreachable },
        { RejectKind.NoRoute, true, Outcome.NetUnreachable, Outcome.Silent },
        { RejectKind.AddressUnreachable, true, Outcome.HostUnreachable, Outcome.Silent },
        { RejectKind.PortUnreachable, true, Outcome.Refused, Outcome.Refused },
        { RejectKind.AdminProhibited, true, Outcome.Denied, Outcome.Denied },
    };

    [Theory, MemberData(nameof(Measured))]
    public void A_stream_is_told_of_every_refusal_and_a_datagram_of_the_hard_ones(RejectKind kind, bool v6, string stream, string datagram)
    {
        Assert.Equal(stream, Rejects.Outcome(kind, v6, 6).Outcome);
        Assert.Equal(datagram, Rejects.Outcome(kind, v6, 17).Outcome);
    }
}
