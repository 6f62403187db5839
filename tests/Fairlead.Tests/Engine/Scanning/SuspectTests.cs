using System.Collections.Immutable;
using System.Net;
using Fairlead.Engine.Logs;
using Fairlead.Engine.Scanning;
using Fairlead.Facts;
using Fairlead.Model.Leads;
using Fairlead.Model.Symptoms;
using Fairlead.Model.World;
using Xunit;

namespace Fairlead.Tests.Engine.Scanning;

/// <summary>What the log, the sockets and the settings of one container make suspect.</summary>
public class SuspectTests
{
    private static readonly HostWorld World = Walk.Recorded.Of("28.loopback-is-self.nobody-has-the-port").Ask().World;
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;
    private static readonly Lead Api = new() { Kind = LeadKinds.Env, Where = "BASE_URL", Scheme = "http", Host = "127.0.0.1", Port = 3010, Path = "/v1" };
    private static readonly Lead Db = new() { Kind = LeadKinds.Env, Where = "DB", Host = "db", Port = 5432 };

    [Fact]
    public void A_failing_address_takes_scheme_and_path_of_the_setting_that_names_it() =>
        Assert.Equal(["http://127.0.0.1:3010/v1 refused x2"], Told(["dial tcp 127.0.0.1:3010: connect: connection refused", "dial tcp 127.0.0.1:3010: connect: connection refused"], [Api, Db]));

    [Fact]
    public void The_address_of_the_error_beats_the_one_that_was_configured() =>
        Assert.Equal(["172.18.0.9:3010 timeout"], Told(["dial tcp 172.18.0.9:3010: i/o timeout"], [Api]));

    [Fact]
    public void A_line_without_an_address_means_one_of_the_settings()
    {
        Assert.Equal(["http://127.0.0.1:3010/v1 refused tied", "db:5432 refused tied"], Told(["httpx.ConnectError: [Errno 111] Connection refused"], [Api, Db]));
        Assert.Equal(["db:5432 refused tied only"], Told(["httpx.ConnectError: [Errno 111] Connection refused"], [Db]));
        Assert.Empty(Told(["httpx.ConnectError: [Errno 111] Connection refused"], []));
    }

    [Fact]
    public void A_line_without_an_address_says_nothing_more_beside_one_with_it() =>
        Assert.Equal(["db:5432 refused"], Told(["connect ECONNREFUSED db:5432", "httpx.ConnectError: [Errno 111] Connection refused"], [Api]));

    [Fact]
    public void A_socket_that_waits_for_an_answer_is_suspect_with_how_often_it_was_sent_again()
    {
        var suspects = Suspect.Of(Source, null, [], [Waiting(0), Waiting(3)], World);
        var sighting = Assert.Single(Assert.Single(suspects).Sightings);
        Assert.Equal(("SYN_SENT 172.18.0.9:3010 retransmitted 3", 2, true), (sighting.Text, sighting.Count, sighting.StillHappening));
        Assert.Null(Assert.Single(Suspect.Of(Source, null, [], [Waiting(0)], World)).Sightings[0].StillHappening);
        Assert.Empty(Suspect.Of(Source, null, [], [Waiting(3) with { State = "established" }], World));
    }

    [Fact]
    public void Log_and_socket_of_one_address_are_one_suspect() =>
        Assert.Equal(2, Assert.Single(Suspect.Of(Source, Log("dial tcp 172.18.0.9:3010: i/o timeout"), [], [Waiting(2)], World)).Sightings.Length);

    [Fact]
    public void A_port_that_goes_without_saying_is_not_said() =>
        Assert.Equal(["http://api/x silent"], Told(["GET http://api/x failed: read timed out"], []));

    private static IEnumerable<string> Told(string[] lines, ImmutableArray<Lead> leads) => Suspect.Of(Source, Log(lines), leads, [], World)
        .Select(s => $"{s.Target.Given} {string.Join(',', s.Classes)}{(s.Sightings[0].Count > 1 ? $" x{s.Sightings[0].Count}" : "")}{(s.Tied ? " tied" : "")}{(s.Only && s.Tied ? " only" : "")}");

    private static Container Source => new() { Id = "a1", Name = "web", Image = "web", State = "running", Status = "Up", Mode = NetworkMode.Bridge, Endpoints = [], Published = [] };

    private static ContainerLog Log(params string[] lines) =>
        new(new LogSource("a1", "web", "json-file", false, null), SymptomReader.Read([.. lines.Select((l, i) => new LogLine(At.AddSeconds(i), l))]), lines.Length, false, null);

    private static SocketFact Waiting(int again) => new()
    {
        Protocol = "tcp", State = "syn-sent", Local = IPAddress.Parse("172.18.0.2"), LocalPort = 40000, Remote = IPAddress.Parse("172.18.0.9"), RemotePort = 3010, Retransmits = again,
    };
}
