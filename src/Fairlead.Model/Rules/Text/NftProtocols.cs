namespace Fairlead.Model.Rules.Text;

/// <summary>
/// Which headers a rule has established so far, and which of its statements did it. nft adds such statements by itself (`meta l4proto tcp` before a
/// port) and leaves them out of its listing once a later field implies them; so do we.
/// </summary>
internal sealed class NftProtocols
{
    /// <summary>Index of the statement that established the header of a base (0 link, 1 network, 2 transport); -1 for none.</summary>
    private readonly int[] _statement = [-1, -1, -1, -1];

    /// <summary>True where that statement is a field of ip or ip6, which says more than the header it implies.</summary>
    private readonly bool[] _byNetworkField = new bool[4];
    private readonly TableFamily _family;

    public NftProtocols(TableFamily family)
    {
        _family = family;
        switch (family)
        {
            case TableFamily.Ip: Header[1] = "ip"; break;
            case TableFamily.Ip6: Header[1] = "ip6"; break;
            case TableFamily.Arp: Header[1] = "arp"; break;
            case TableFamily.Bridge: Header[0] = "ether"; break;
        }
    }

    /// <summary>The headers by base: link, network, transport.</summary>
    public string?[] Header { get; } = new string?[4];

    /// <summary>Index of an `icmp type` statement and the types it allows; -1 for none.</summary>
    public int IcmpStatement { get; set; } = -1;

    public IReadOnlyList<int> IcmpTypes { get; set; } = [];

    /// <summary>A statement has said which header follows at <paramref name="atBase"/>.</summary>
    public void Established(int atBase, string? header, int statement, bool byNetworkField)
    {
        if (atBase is < 0 or > 2) return;
        Header[atBase] = header;
        if (header is null) return;
        _statement[atBase] = statement;
        _byNetworkField[atBase] = byNetworkField;
    }

    /// <summary>An Ethernet type was that of a VLAN tag. That of the usual one is implied by any field of the tag, another is always said.</summary>
    public void Vlan(int statement, bool said)
    {
        Established(0, "vlan", statement, false);
        if (said) _statement[0] = -1;
    }

    /// <summary>A field of <paramref name="header"/> is printed: hide the statement that it implies. Returns the indexes to hide.</summary>
    public IEnumerable<int> Implied(int atBase, string header, NftField? field)
    {
        if (atBase is < 0 or > 2) yield break;
        if (header is ("icmp" or "icmpv6") && IcmpStatement >= 0 && field is not null && ImpliesType(header, field.Name))
        {
            yield return IcmpStatement;
            IcmpStatement = -1;
        }
        if (_statement[atBase] >= 0)
        {
            bool keep = atBase == 2 && _byNetworkField[2] && _family is (TableFamily.Inet or TableFamily.Bridge or TableFamily.Netdev);
            if (!keep) yield return _statement[atBase];
            _statement[atBase] = -1;
            // icmp implies IPv4 and icmpv6 IPv6.
            if (!keep && header is ("icmp" or "icmpv6") && _statement[1] >= 0)
            {
                yield return _statement[1];
                _statement[1] = -1;
            }
        }
    }

    /// <summary>Something other than a field implies the network header (`reject with icmp`): the statement to hide, or -1.</summary>
    public int TakeNetwork()
    {
        int statement = _statement[1];
        _statement[1] = -1;
        return statement;
    }

    /// <summary>
    /// Whether a field can be meant: the same bytes of an ICMP header have several names, and the type that the rule asked for before decides.
    /// </summary>
    public static bool Possible(string header, string field, IReadOnlyList<int> types) => (header, field) switch
    {
        ("icmp", "sequence") => types is not [3],
        ("icmp", "mtu") => types is [3],
        ("icmpv6", "id") => types is not [130],
        ("icmpv6", "parameter-problem") => types is not [2],
        _ => true,
    };

    // One type that only the field wants is left out; where several have the field nft says them.
    private bool ImpliesType(string header, string field) => (header, field) switch
    {
        ("icmp", "mtu") => IcmpTypes is [3],
        ("icmp", "gateway") => IcmpTypes is [5],
        ("icmpv6", "mtu") => IcmpTypes is [2],
        ("icmpv6", "parameter-problem") => IcmpTypes is [4],
        ("icmpv6", "max-delay") => IcmpTypes is [130],
        ("icmpv6", "daddr") => IcmpTypes is [137],
        _ => false,
    };

    /// <summary>`reject with tcp reset` implies TCP where the family leaves no doubt: the statement to hide, or -1.</summary>
    public int TakeTransport()
    {
        int statement = _statement[2];
        _statement[2] = -1;
        return statement;
    }
}
