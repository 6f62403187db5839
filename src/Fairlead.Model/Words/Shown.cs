using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Fairlead.Model.Answer;
using Fairlead.Model.World;

namespace Fairlead.Model.Words;

/// <summary>
/// A value that may stand in a sentence: what kind of thing it is, the name of the argument, and its text. The only type that a
/// <see cref="Sentence"/> takes, so an untrusted bare string does not compile into one; escaping happens in <see cref="Text"/>, once.
/// </summary>
public sealed record Shown
{
    private Shown(string kind, string key, string raw, Scalar value) => (Kind, Key, Raw, Value) = (kind, key, raw, value);

    /// <summary>"party", "address", "port", "network", "name", "number", "rule", "list", "target".</summary>
    public string Kind { get; }

    /// <summary>Name of the argument in JSON.</summary>
    public string Key { get; }

    /// <summary>As it came.</summary>
    public string Raw { get; }
    public Scalar Value { get; }

    /// <summary>As it may be drawn.</summary>
    public string Text => Printable.Show(Raw);

    public static Shown Party(Container? container, string key) => Of("party", key, container is null ? "host" : ShortName(container));

    public static Shown Address(IPAddress address, string key = "address") => Of("address", key, address.ToString());

    public static Shown AddressPort(IPAddress address, int port, string key) => Of("address", key, new IPEndPoint(address, port).ToString());

    public static Shown Port(int port, string key = "port") => new("port", key, port.ToString(CultureInfo.InvariantCulture), port);

    public static Shown Network(string name, string key = "network") => Of("network", key, name);

    public static Shown Name(string name, string key = "name") => Of("name", key, name);

    public static Shown Number(long number, string key) => new("number", key, number.ToString(CultureInfo.InvariantCulture), number);

    public static Shown Rule(string text, string key = "rule") => Of("rule", key, text);

    public static Shown Target(string text, string key = "target") => Of("target", key, text);

    /// <summary>Several values, separated by commas.</summary>
    public static Shown List(IEnumerable<string> values, string key) => Of("list", key, string.Join(", ", values));

    /// <summary>What a person calls the container: its Compose service where it has one, else its name.</summary>
    public static string ShortName(Container container) => container.Service is { Length: > 0 } service ? service : container.Name;

    private static Shown Of(string kind, string key, string raw) => new(kind, key, raw, raw);
}
