using System.Collections.Immutable;
using static Fairlead.Model.Symptoms.SymptomClass;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>Java's InetSocketAddress ("name/address:port"), netty, Apache HttpClient, JDBC drivers, Kafka's client.</summary>
internal static class Jvm
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("java", "Connection refused: {name}/{addr}", "io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: localhost/127.0.0.1:6379", Class: Refused),
        new("java", "Connection refused: /{addr}", "finishConnect(..) failed: Connection refused: /172.17.0.1:3306", Class: Refused),
        new("java", "connection timed out: {name}/{addr}", "io.netty.channel.ConnectTimeoutException: connection timed out: redis/172.18.0.9:6379", Class: TimedOut),
        new("java", "connection timed out: /{addr}", "io.netty.channel.ConnectTimeoutException: connection timed out: /172.18.0.9:6379", Class: TimedOut),
        new("java", "No route to host: {name}/{addr}", "AnnotatedNoRouteToHostException: No route to host: redis/172.18.0.9:6379", Class: HostUnreachable),
        new("java", "No route to host: /{addr}", "AnnotatedNoRouteToHostException: No route to host: /172.18.0.9:6379", Class: HostUnreachable),
        new("java", "Connect to {at} [{name}/{addr}", "HttpHostConnectException: Connect to localhost:8000 [localhost/127.0.0.1] failed: Connection refused"),
        new("java", "Connect to {url} [", "org.apache.hc.client5.http.HttpHostConnectException: Connect to http://localhost:8000 [localhost/127.0.0.1] failed: Connection refused"),
        new("java", "Failed to connect to {name}/{addr}", "java.net.ConnectException: Failed to connect to localhost/127.0.0.1:8000"),
        new("java", "Failed to connect to /{addr}", "java.net.ConnectException: Failed to connect to /172.17.0.1:8000"),
        new("java", "UnknownHostException: {name}: Temporary failure", "java.net.UnknownHostException: mysql: Temporary failure in name resolution", Class: NameFailure),
        new("java", "UnknownHostException: {at}", "java.net.UnknownHostException: mysql", Class: NameNotFound),
        new("java", "Failed to resolve '{name}'", "java.net.UnknownHostException: Failed to resolve 'redis' [A(1)] after 2 queries", Class: NameNotFound),
        new("java", "Connection to {at} refused. Check that the hostname", "org.postgresql.util.PSQLException: Connection to localhost:5432 refused. Check that the hostname and port are correct", Depth.Library, Refused),
        new("java", "Unable to connect to Redis server: {name}/{addr}", "org.redisson.client.RedisConnectionException: Unable to connect to Redis server: redis/172.18.0.3:6379", Depth.Library),
        new("java", "Unable to connect to {pair}", "io.lettuce.core.RedisConnectionException: Unable to connect to localhost:6379", Depth.Library),
        new("java", "address=(host={name})(port={port})", "java.sql.SQLNonTransientConnectionException: Socket fail to connect to address=(host=db)(port=3306)(type=primary). Connection refused", Depth.Library),
        new("java", "Communications link failure", "CommunicationsException: Communications link failure", Depth.Mention, Unknown),
        new("kafka", "({name}/{addr}) could not be established", "Connection to node -1 (localhost/127.0.0.1:9092) could not be established. Broker may not be available.", Class: Refused),
        new("kafka", "Couldn't resolve server {at} from", "WARN Couldn't resolve server kafka:9092 from bootstrap.servers as DNS resolution failed for kafka", Class: NameNotFound),
        new("kafka", "Connect to ipv4#{addr} failed", "Local: Broker transport failure: localhost:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused"),
        new("kafka", "Connect to ipv6#{addr} failed", "localhost:9092/bootstrap: Connect to ipv6#[::1]:9092 failed: Connection refused"),
        new("kafka", "{at}/bootstrap: Failed to resolve", "kafka:9092/bootstrap: Failed to resolve 'kafka:9092': Name or service not known", Depth.Library, NameNotFound),
    ];
}
