using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>.NET's SocketException and HttpRequestException ("strerror (host:port)"), StackExchange.Redis, Npgsql.</summary>
internal static class DotNet
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("dotnet", "Connection refused ({pair})", "System.Net.Http.HttpRequestException: Connection refused (127.0.0.1:9000)", Class: Refused),
        new("dotnet", "Connection refused {addr}", "System.Net.Sockets.SocketException (111): Connection refused 127.0.0.1:9000", Class: Refused),
        new("dotnet", "Connection refused [::ffff:{addr}]:{port}", "System.Net.Sockets.SocketException (111): Connection refused [::ffff:127.0.0.1]:9000", Class: Refused),
        new("dotnet", "Connection timed out ({pair})", "System.Net.Http.HttpRequestException: Connection timed out (172.18.0.9:80)", Class: TimedOut),
        new("dotnet", "No route to host ({pair})", "System.Net.Http.HttpRequestException: No route to host (172.18.0.9:80)", Class: HostUnreachable),
        new("dotnet", "Network is unreachable ({pair})", "System.Net.Http.HttpRequestException: Network is unreachable (192.0.2.1:80)", Class: NetUnreachable),
        new("dotnet", "Cannot assign requested address ({pair})", "System.Net.Http.HttpRequestException: Cannot assign requested address (localhost:5000)", Class: AddressUnavailable),
        new("dotnet", "Name or service not known ({pair})", "System.Net.Http.HttpRequestException: Name or service not known (api:80)", Class: NameNotFound),
        new("dotnet", "Name does not resolve ({pair})", "System.Net.Http.HttpRequestException: Name does not resolve (api:80)", Class: NameNotFound),
        new("dotnet", "Resource temporarily unavailable ({pair})", "System.Net.Http.HttpRequestException: Resource temporarily unavailable (api:80)", Class: NameFailure),
        new("dotnet", "Temporary failure in name resolution ({pair})", "System.Net.Http.HttpRequestException: Temporary failure in name resolution (api:80)", Class: NameFailure),
        new("dotnet", "Failed to connect to {addr}", "Npgsql.NpgsqlException (0x80004005): Failed to connect to 127.0.0.1:5432"),
        new("dotnet", "It was not possible to connect to the redis server(s)", "StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s). Error connecting right now.", Depth.Mention, Unknown),
        new("dotnet", "UnableToConnect on {at}", "StackExchange.Redis.RedisConnectionException: UnableToConnect on localhost:6379/Interactive, Initializing/NotStarted", Depth.Library, Unknown),
    ];
}
