using System.Collections.Immutable;

namespace Fairlead.Model.Symptoms.Emitters;

/// <summary>Words in which any program, in English or Chinese, names the place that it could not reach. They say nothing of how.</summary>
internal static class AnyProgram
{
    public static readonly ImmutableArray<Row> Rows =
    [
        new("app", "connect to {url}", "ERROR failed to connect to ws://127.0.0.1:8000/ws: connection refused", Depth.Wrapper),
        new("app", "connecting to {url}", "error connecting to redis://127.0.0.1:6379/0: Connection refused (os error 111)", Depth.Wrapper),
        new("app", "connection to {url}", "connection to amqp://guest@rabbit:5672/ failed: Connection refused", Depth.Wrapper),
        new("app", "connect to {at}", "could not connect to redis:6379: Connection refused", Depth.Wrapper),
        new("app", "connecting to {at}", "Error connecting to rabbit:5672: timed out", Depth.Wrapper),
        new("app", "connection to {at}", "connection to db:5432 failed: Connection refused", Depth.Wrapper),
        new("app", "connect {at}", "connect 127.0.0.1:3306 error: Connection refused", Depth.Wrapper),
        new("app", "reach {url}", "unable to reach http://api:8000/health: connection refused", Depth.Wrapper),
        new("app", "reach {at}", "cannot reach api:8000: No route to host", Depth.Wrapper),
        new("app", "server {at}", "failed to connect: server mqtt:1883 connection refused", Depth.Wrapper),
        new("app", "host={q}{name}{q}{sp}port={port}", "could not connect, host=db port=5432: Connection refused", Depth.Wrapper),
        new("app", "host={q}{name}{q},{sp}port={port}", "could not connect, host='db', port=5432: Connection refused", Depth.Wrapper),
        new("app", "host {q}{name}{q} port {port}", "failed to connect: host db port 5432: Connection refused", Depth.Wrapper),
        new("app", "address={q}{at}", "level=error msg=\"connection refused\" address=db:5432", Depth.Wrapper),
        new("app", "addr={q}{at}", "level=error msg=\"connection refused\" addr=db:5432", Depth.Wrapper),
        new("app", "endpoint={q}{at}", "level=error msg=\"connection refused\" endpoint=otel:4317", Depth.Wrapper),
        new("app", "连接到 {at}", "无法连接到 127.0.0.1:8000", Depth.Wrapper),
        new("app", "连接到{at}", "无法连接到127.0.0.1:8000", Depth.Wrapper),
        new("app", "连接 {at}", "连接 redis:6379 失败: 连接被拒绝", Depth.Wrapper),
        new("app", "连接{at}失败", "连接redis:6379失败", Depth.Wrapper, SymptomClass.Unknown),
        new("app", "连接 {at} 失败", "连接 redis:6379 失败", Depth.Wrapper, SymptomClass.Unknown),
        new("app", "连接 {url}", "连接 ws://127.0.0.1:8000/ 失败: 连接被拒绝", Depth.Wrapper),
        new("app", "服务器 {at}", "无法连接服务器 10.0.0.2:3306", Depth.Wrapper),
        new("app", "地址 {at}", "连接失败，地址 db:3306", Depth.Wrapper),
        new("app", "地址：{at}", "连接失败，地址：db:3306", Depth.Wrapper),
        new("app", "地址:{at}", "连接失败，地址:db:3306", Depth.Wrapper),
        new("app", "解析主机 {name}", "无法解析主机 api", Depth.Library),
        new("app", "解析域名 {name}", "无法解析域名 api", Depth.Library),
        new("app", "解析 {name}", "无法解析 api", Depth.Library),
    ];
}
