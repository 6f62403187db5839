using System.Diagnostics;
using System.Globalization;
using System.Text;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Evaluate;
using Fairlead.Model.World;
using Fairlead.Engine.Asking;
using Fairlead.Model.Walk;

namespace Fairlead.Oracle;

/// <summary>What the model's own work costs: making rules ready and walking one packet, on a host with the rules that Engine 28.5 writes for its containers.</summary>
public static class WalkBench
{
    public static void Run(string wire, int containers)
    {
        using var ground = new Ground(1, false, wire);
        if (ground.Load($"iptables-nft-restore <<'END'\n{Rules(containers)}END\n") is { } complaint) throw new InvalidOperationException(complaint);
        var facts = ground.Read(ReadWhat.Links | ReadWhat.Addresses | ReadWhat.Routes | ReadWhat.Neighbours | ReadWhat.Listeners | ReadWhat.Sysctls | ReadWhat.Rules);
        var world = WhyQuestion.WorldOf(Judge.SnapshotOf(facts));
        var rules = world.Host.Rules.Value!;
        var count = rules.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Length));
        Console.WriteLine($"{containers} containers, {count} rules");
        // the way through the whole of DOCKER: the last container's published port, and one that nobody published
        var last = new Flow { Source = "192.0.2.9", Destination = "198.51.100.1", SourcePort = 40000, DestinationPort = 20_000 + containers - 1 };
        Told("make the rules ready", () => CompiledRules.Compile(rules));
        Told("walk to the last published port", () => Crossing.Of(world, world.Host, last.ToPacket(Ground.ToClient)));
        Told("walk to a port nobody published", () => Crossing.Of(world, world.Host, (last with { DestinationPort = 9 }).ToPacket(Ground.ToClient)));
    }

    // The median of many, in microseconds, after the code is warm.
    private static void Told(string what, Func<object> act)
    {
        for (var i = 0; i < 300; i++) _ = act();
        var times = new double[401];
        for (var i = 0; i < times.Length; i++)
        {
            var from = Stopwatch.GetTimestamp();
            _ = act();
            times[i] = Stopwatch.GetElapsedTime(from).TotalMicroseconds;
        }
        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-36} {times[200],9:F1} us (least {times[0]:F1})"));
    }

    private static string Rules(int containers)
    {
        StringBuilder filter = new(), nat = new(), raw = new();
        for (var i = 0; i < containers; i++)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"10.0.{i / 250}.{i % 250 + 2}");
            filter.Append(CultureInfo.InvariantCulture, $"-A DOCKER -d {address}/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT\n");
            nat.Append(CultureInfo.InvariantCulture, $"-A DOCKER ! -i docker0 -p tcp -m tcp --dport {20_000 + i} -j DNAT --to-destination {address}:80\n");
            raw.Append(CultureInfo.InvariantCulture, $"-A PREROUTING -d {address}/32 ! -i docker0 -j DROP\n");
        }
        return $"""
            *raw
            {raw}COMMIT
            *nat
            :DOCKER - [0:0]
            -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
            -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
            -A POSTROUTING -s 10.0.0.0/16 ! -o docker0 -j MASQUERADE
            -A DOCKER -i docker0 -j RETURN
            {nat}COMMIT
            *filter
            :FORWARD DROP [0:0]
            :DOCKER - [0:0]
            :DOCKER-BRIDGE - [0:0]
            :DOCKER-CT - [0:0]
            :DOCKER-FORWARD - [0:0]
            :DOCKER-USER - [0:0]
            -A FORWARD -j DOCKER-USER
            -A FORWARD -j DOCKER-FORWARD
            -A DOCKER-FORWARD -j DOCKER-CT
            -A DOCKER-FORWARD -j DOCKER-BRIDGE
            -A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            -A DOCKER-BRIDGE -o docker0 -j DOCKER
            {filter}-A DOCKER ! -i docker0 -o docker0 -j DROP
            -A DOCKER-FORWARD -i docker0 -j ACCEPT
            COMMIT

            """;
    }
}
