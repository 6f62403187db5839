using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>Node's exceptions ("syscall CODE address:port", lib/internal/errors.js), also as JSON and as util.inspect prints them; ws and undici.</summary>
internal static class Node
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("node", "connect ECONNREFUSED {at}", "Error: connect ECONNREFUSED 127.0.0.1:6199 at TCPConnectWrap.afterConnect", Class: Refused),
        new("node", "connect ETIMEDOUT {at}", "Error: connect ETIMEDOUT 172.19.0.3:3306", Class: TimedOut),
        new("node", "connect EHOSTUNREACH {at}", "Error: connect EHOSTUNREACH 172.18.0.9:80 - Local (172.18.0.5:41702)", Class: HostUnreachable),
        new("node", "connect ENETUNREACH {at}", "Error: connect ENETUNREACH 2606:4700::1111:443 - Local (:::0)", Class: NetUnreachable),
        new("node", "connect EADDRNOTAVAIL {at}", "Error: connect EADDRNOTAVAIL ::1:3000 - Local (:::0)", Class: AddressUnavailable),
        new("node", "connect EPERM {at}", "Error: connect EPERM 172.18.0.9:80", Class: Denied),
        new("node", "connect EACCES {at}", "Error: connect EACCES 172.18.0.9:80", Class: Denied),
        new("node", "connect ENOENT {path}", "Error: connect ENOENT /var/run/docker.sock", Class: NoSocket),
        new("node", "getaddrinfo ENOTFOUND {at}", "getaddrinfo ENOTFOUND host.docker.internal", Class: NameNotFound),
        new("node", "getaddrinfo EAI_AGAIN {at}", "Error: getaddrinfo EAI_AGAIN api", Class: NameFailure),
        new("node", "queryA ENOTFOUND {at}", "Error: queryA ENOTFOUND api", Class: NameNotFound),
        new("node", "queryA ESERVFAIL {at}", "Error: queryA ESERVFAIL api", Class: NameFailure),
        new("node", "queryA ETIMEOUT {at}", "Error: queryA ETIMEOUT api", Class: NameTimeout),
        new("node", "queryA ECONNREFUSED {at}", "Error: queryA ECONNREFUSED api", Class: NameFailure),
        new("node", "\"address\":{sp}\"{addr}\",{sp}\"port\":{sp}{port}", """{"errno":-111,"code":"ECONNREFUSED","syscall":"connect","address":"127.0.0.1","port":5140}"""),
        new("node", "address: {q}{addr}{q},{sp}port: {port}", "code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port: 8000"),
        new("node", "\"hostname\":{sp}\"{name}\"", """{"errno":-3008,"code":"ENOTFOUND","syscall":"getaddrinfo","hostname":"api"}""", Depth.Library),
        new("node", "hostname: {q}{name}{q}", "code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'api'", Depth.Library),
        new("node", "attempted address{sp}: {at}", "ConnectTimeoutError: Connect Timeout Error (attempted address: 172.18.0.9:80, timeout: 10000ms)", Class: TimedOut),
        new("node", "attempted addresses: {at}", "ConnectTimeoutError: Connect Timeout Error (attempted addresses: 172.18.0.9:80, timeout: 10000ms)", Class: TimedOut),
        new("node", "Opening handshake has timed out", "Error: Opening handshake has timed out", Depth.Mention, Silent),
        new("node", "connect ETIMEDOUT{sp}", "Error: connect ETIMEDOUT", Depth.Library, TimedOut),
    ];
}
