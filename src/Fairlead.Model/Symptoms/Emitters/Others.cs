using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>PHP, Ruby, Rust, gRPC's C core, Erlang, browsers; and web applications that turn a request away.</summary>
internal static class Others
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("php", "cURL error 7: Failed to connect to {name} port {port}", "cURL error 7: Failed to connect to localhost port 80: Connection refused"),
        new("php", "cURL error 6: Could not resolve host: {name}", "cURL error 6: Could not resolve host: api", Class: NameNotFound),
        new("php", "unable to connect to tcp://{at}", "PHP Warning:  stream_socket_client(): Unable to connect to tcp://127.0.0.1:81 (Connection refused)"),
        new("php", "Failed to open stream: Connection refused", "PHP Warning:  file_get_contents(http://127.0.0.1:81/): Failed to open stream: Connection refused", Depth.Wrapper),
        new("php", "getaddresses: getaddrinfo for {name} failed: Temporary failure", "php_network_getaddresses: getaddrinfo for db failed: Temporary failure in name resolution", Class: NameFailure),
        new("php", "getaddresses: getaddrinfo for {name} failed", "php_network_getaddresses: getaddrinfo for db failed: Name or service not known", Class: NameNotFound),
        new("php", "[2002] No such file or directory", "SQLSTATE[HY000] [2002] No such file or directory", Depth.Mention, NoSocket),
        new("php", "[2002] Connection refused", "SQLSTATE[HY000] [2002] Connection refused", Depth.Mention, Refused),
        new("php", "[2002] Connection timed out", "SQLSTATE[HY000] [2002] Connection timed out", Depth.Mention, TimedOut),
        new("php", "(Connection: {word} Host: {name}, Port: {port}", "SQLSTATE[HY000] [2002] Connection refused (Connection: mysql, Host: 127.0.0.1, Port: 3306, Database: app)", Depth.Call),
        new("ruby", "connect(2) for {q}{name}{q} port {port}", "Errno::ECONNREFUSED: Failed to open TCP connection to localhost:7419 (Connection refused - connect(2) for \"localhost\" port 7419)"),
        new("ruby", "connect(2) for {addr}", "Errno::ECONNREFUSED: Connection refused - connect(2) for 127.0.0.1:6379"),
        new("ruby", "Failed to open TCP connection to {at} (", "SocketError: Failed to open TCP connection to api:80 (getaddrinfo: Name or service not known)", Depth.Library),
        new("ruby", "Error connecting to Redis on {at}", "Redis::CannotConnectError: Error connecting to Redis on localhost:6379 (Errno::ECONNREFUSED)", Depth.Library),
        new("rust", "\"tcp connect error\", Os { code: 111", "ConnectError(\"tcp connect error\", Os { code: 111, kind: ConnectionRefused, message: \"Connection refused\" })", Depth.Mention, Refused),
        new("rust", "dns error: failed to lookup address information: Try again", "error trying to connect: dns error: failed to lookup address information: Try again", Depth.Mention, NameFailure),
        new("rust", "dns error: failed to lookup address information: Name", "error trying to connect: dns error: failed to lookup address information: Name or service not known", Depth.Mention, NameNotFound),
        new("rust", "failed to lookup address information: Name", "Error: failed to lookup address information: Name does not resolve", Depth.Mention, NameNotFound),
        new("rust", "for url ({url}", "reqwest::Error: error sending request for url (http://127.0.0.1:9000/v1): error trying to connect: tcp connect error: Connection refused (os error 111)", Depth.Wrapper),
        new("grpc", "Failed to connect to remote host: {..}connection refused", "UNAVAILABLE: ipv4:127.0.0.1:50051: Failed to connect to remote host: connect: Connection refused (111)", Depth.Mention, Refused),
        new("grpc", "ipv4:{addr}: ", "details = \"failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:50051: Failed to connect to remote host: connect: Connection refused (111)\""),
        new("grpc", "ipv6:{addr}: ", "last error: UNAVAILABLE: ipv6:%5B::1%5D:50051: Failed to connect to remote host: Connection refused".Replace("%5B", "[", StringComparison.Ordinal).Replace("%5D", "]", StringComparison.Ordinal)),
        new("grpc", "DNS resolution failed for {at}", "details = \"DNS resolution failed for api:50051: C-ares status is not ARES_SUCCESS\"", Class: NameNotFound),
        new("grpc", "failed to connect to all addresses", "status = StatusCode.UNAVAILABLE details = \"failed to connect to all addresses\"", Depth.Mention, Unknown),
        new("erlang", "{failed_connect,[{to_address,{\"{name}\",{port}}", "{failed_connect,[{to_address,{\"localhost\",8000}},{inet,[inet],econnrefused}]}", Depth.Call),
        new("erlang", "tcp connect ({at}): connection refused", "** (DBConnection.ConnectionError) tcp connect (localhost:5432): connection refused - :econnrefused", Class: Refused),
        new("erlang", "tcp connect ({at}): non-existing domain", "** (DBConnection.ConnectionError) tcp connect (db:5432): non-existing domain - :nxdomain", Class: NameNotFound),
        new("browser", "{url} net::ERR_NAME_NOT_RESOLVED".Replace("{url} ", "", StringComparison.Ordinal), "GET http://backend/ net::ERR_NAME_NOT_RESOLVED", Depth.Mention, NameNotFound),
        new("browser", "net::ERR_CONNECTION_REFUSED", "GET http://localhost:8000/ net::ERR_CONNECTION_REFUSED", Depth.Mention, Refused),
        new("go", "Client sent an HTTP request to an HTTPS server", "Client sent an HTTP request to an HTTPS server.", Depth.Mention, Mismatch),
        new("django", "Invalid HTTP_HOST header: {q}{at}", "Invalid HTTP_HOST header: 'bullettrain_api:8000'. The domain name provided is not valid according to RFC 1034/1035.", Depth.Call, RefusedByServer, SymptomAbout.Serving),
        new("homeassistant", "request from a reverse proxy was received from {addr}", "A request from a reverse proxy was received from 172.26.0.2, but your HTTP integration is not set-up for reverse proxies", Depth.Call, RefusedByServer, SymptomAbout.Serving),
        new("mosquitto", "Unable to connect (Lookup error.)", "Unable to connect (Lookup error.).", Depth.Mention, NameNotFound),
    ];
}
