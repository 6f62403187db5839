using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>CPython's sockets and asyncio, urllib3 and requests, aiohttp, httpx, redis-py, PyMySQL, PyMongo.</summary>
internal static class Python
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("python", "Connect call failed ('{addr}', {port}", "Cannot connect to host host.docker.internal:11434 ssl:default [Connect call failed ('172.17.0.1', 11434)]"),
        new("python", "Cannot connect to host {name}", "Cannot connect to host api:8000 ssl:default [Name or service not known]", Depth.Library),
        new("python", "Connection timeout to host {url}", "ConnectionTimeoutError: Connection timeout to host http://api:8000/v1", Depth.Library, TimedOut),
        new("python", "host={q}{name}{q}, port={port}): Read timed out", "HTTPConnectionPool(host='api', port=8000): Read timed out. (read timeout=5)", Depth.Library, Silent),
        new("python", "Connection to {name} timed out. (connect timeout", "HTTPConnectionPool(host='api', port=8000): Max retries exceeded with url: / (Caused by ConnectTimeoutError(<urllib3.connection.HTTPConnection object at 0x7f>, 'Connection to api timed out. (connect timeout=5)'))", Depth.Wrapper, TimedOut),
        new("python", "ConnectionPool(host={q}{name}{q}, port={port}", "HTTPConnectionPool(host='llm', port=11434): Max retries exceeded with url: /api (Caused by NameResolutionError: [Errno -3] Temporary failure in name resolution)", Depth.Library),
        new("python", "HTTPConnection(host={q}{name}{q}, port={port}", "HTTPConnection(host='localhost', port=9000): Failed to establish a new connection: [Errno 111] Connection refused", Depth.Library),
        new("python", "HTTPSConnection(host={q}{name}{q}, port={port}", "HTTPSConnection(host='localhost', port=9443): Failed to establish a new connection: [Errno 111] Connection refused", Depth.Library),
        new("python", "Failed to resolve {q}{name}{q}", "urllib3.exceptions.NameResolutionError: <urllib3.connection.HTTPConnection object at 0x7f>: Failed to resolve 'api' ([Errno -2] Name or service not known)", Depth.Library),
        new("python", "Error -2 connecting to {at}. Name or service not known", "redis.exceptions.ConnectionError: Error -2 connecting to redis:6379. Name or service not known.", Class: NameNotFound),
        new("python", "Error -3 connecting to {at}", "redis.exceptions.ConnectionError: Error -3 connecting to redis:6379. Temporary failure in name resolution.", Class: NameFailure),
        new("python", "Error -5 connecting to {at}", "redis.exceptions.ConnectionError: Error -5 connecting to redis:6379. No address associated with hostname.", Class: NameNotFound),
        new("python", "Error 111 connecting to {at}", "redis.exceptions.ConnectionError: Error 111 connecting to 127.0.0.1:6379. Connection refused.", Class: Refused),
        new("python", "Error 113 connecting to {at}", "redis.exceptions.ConnectionError: Error 113 connecting to 172.18.0.9:6379. No route to host.", Class: HostUnreachable),
        new("python", "Timeout connecting to server", "redis.exceptions.TimeoutError: Timeout connecting to server", Depth.Mention, TimedOut),
        new("python", "\"Can't connect to MySQL server on '{at}' (", "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'db' ([Errno 111] Connection refused)\")", Depth.Library, Usual: 3306),
        new("python", "ServerSelectionTimeoutError: {at}:", "pymongo.errors.ServerSelectionTimeoutError: mongo:27017: [Errno 111] Connection refused (configured timeouts: socketTimeoutMS: 20000.0ms), Timeout: 30s", Depth.Library),
        new("python", "ConnectionRefusedError: [Errno 111]", "ConnectionRefusedError: [Errno 111] Connection refused", Depth.Mention, Refused),
        new("python", "All connection attempts failed", "httpx.ConnectError: All connection attempts failed", Depth.Mention, Unknown),
        new("python", "timed out during opening handshake", "TimeoutError: timed out during opening handshake", Depth.Mention, Silent),
    ];
}
