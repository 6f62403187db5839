using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>libpq, the MySQL and MariaDB clients, redis-cli, MongoDB's drivers, and the access rules of their servers.</summary>
internal static class Databases
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("libpq", "connection to server at {q}{name}{q} ({addr}), port {port} failed", "connection to server at \"localhost\" (::1), port 5432 failed: Cannot assign requested address"),
        new("libpq", "connection to server at {q}{name}{q}, port {port} failed", "connection to server at \"127.0.0.1\", port 5432 failed: Connection refused"),
        new("libpq", "running on host {q}{name}{q} ({addr}) and accepting{sp}TCP/IP connections on port {port}", "could not connect to server: Connection refused Is the server running on host \"postgres\" (172.18.0.2) and accepting TCP/IP connections on port 5432?"),
        new("libpq", "running on host {q}{name}{q} ({addr})", "could not connect to server: No route to host Is the server running on host \"db\" (172.18.0.3)"),
        new("libpq", "running on host {q}{name}{q} and accepting{sp}TCP/IP connections on port {port}", "could not connect to server: Connection refused Is the server running on host \"127.0.0.1\" and accepting TCP/IP connections on port 5432?"),
        new("libpq", "could not translate host name {q}{name}{q} to address: Temporary failure", "psql: error: could not translate host name \"db\" to address: Temporary failure in name resolution", Class: NameFailure),
        new("libpq", "could not translate host name {q}{name}{q} to address", "psql: error: could not translate host name \"db\" to address: Name or service not known", Class: NameNotFound),
        new("libpq", "connection to server on socket {q}{path}", "connection to server on socket \"/var/run/postgresql/.s.PGSQL.5432\" failed: No such file or directory", Class: NoSocket),
        new("postgres", "no pg_hba.conf entry for host {q}{addr}", "FATAL: no pg_hba.conf entry for host \"172.20.0.5\", user \"default\", database \"default\", SSL off", Depth.Mention, RefusedByServer, SymptomAbout.Serving),
        new("mysql", "Host {q}{addr}{q} is not allowed to connect to this", "Host '172.18.0.3' is not allowed to connect to this MySQL server", Depth.Mention, RefusedByServer, SymptomAbout.Serving),
        new("mysql", "is blocked because of many connection errors", "Host '172.18.0.3' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'", Depth.Mention, RefusedByServer, SymptomAbout.Serving),
        new("mysql", "server through socket {q}{path}", "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2 \"No such file or directory\")", Class: NoSocket),
        new("mysql", "server on {q}{at}{q} (111", "ERROR 2002 (HY000): Can't connect to server on '127.0.0.1' (111)", Class: Refused, Usual: 3306),
        new("mysql", "server on {q}{at}{q} (110", "ERROR 2002 (HY000): Can't connect to server on '172.18.0.9' (110)", Class: TimedOut, Usual: 3306),
        new("mysql", "server on {q}{at}{q} (113", "ERROR 2002 (HY000): Can't connect to server on '172.18.0.9' (113)", Class: HostUnreachable, Usual: 3306),
        new("mysql", "server on {q}{at}{q} (115", "ERROR 2002 (HY000): Can't connect to server on '172.18.0.9' (115)", Class: Unknown, Usual: 3306),
        new("mysql", "server on {q}{at}{q} (101", "ERROR 2003 (HY000): Can't connect to MySQL server on '192.0.2.1:3306' (101)", Class: NetUnreachable, Usual: 3306),
        new("mysql", "server on {q}{at}{q} (99", "ERROR 2003 (HY000): Can't connect to MySQL server on 'localhost:3306' (99)", Class: AddressUnavailable, Usual: 3306),
        new("mysql", "Can't connect to MySQL server on {q}{at}{q}", "Can't connect to MySQL server on 'db' (timed out)", Depth.Library, Usual: 3306),
        new("mysql", "Unknown MySQL server host {q}{name}{q} (-3", "ERROR 2005 (HY000): Unknown MySQL server host 'db' (-3)", Class: NameFailure, Usual: 3306),
        new("mysql", "Unknown MySQL server host {q}{name}{q}", "ERROR 2005 (HY000): Unknown MySQL server host 'db' (-2)", Class: NameNotFound, Usual: 3306),
        new("mysql", "Unknown server host {q}{name}{q} (-3", "ERROR 2005 (HY000): Unknown server host 'db' (-3)", Class: NameFailure, Usual: 3306),
        new("mysql", "Unknown server host {q}{name}{q}", "ERROR 2005 (HY000): Unknown server host 'db' (-2)", Class: NameNotFound, Usual: 3306),
        new("redis", "Could not connect to Redis at {at}", "Could not connect to Redis at 127.0.0.1:6379: Connection refused"),
        new("redis", "DENIED Redis is running in protected mode", "DENIED Redis is running in protected mode because protected mode is enabled, no bind address was specified", Depth.Mention, RefusedByServer),
        new("redis", "MASTER <-> REPLICA sync: {..}to {at}", "MASTER <-> REPLICA sync: can't connect to 10.0.0.2:6379", Depth.Library, Unknown),
        new("redis", "Unable to connect to MASTER: ", "Unable to connect to MASTER: Connection refused", Depth.Mention),
        new("mongo", "couldn't connect to server {at}", "Error: couldn't connect to server 127.0.0.1:27017, connection attempt failed: SocketException: Error connecting to 127.0.0.1:27017 :: caused by :: Connection refused"),
        new("mongo", "MongooseServerSelectionError: connect ECONNREFUSED {at}", "MongooseServerSelectionError: connect ECONNREFUSED 127.0.0.1:27017", Class: Refused),
    ];
}
