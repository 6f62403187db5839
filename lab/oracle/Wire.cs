using System.Diagnostics;

namespace Fairlead.Oracle;

/// <summary>What one sending gave: the sender's errno, and the frames that came out of the router.</summary>
public sealed record Sent(int Errno, IReadOnlyList<Seen> Frames, IReadOnlyList<string> Raw);

/// <summary>The program lab/oracle-wire.c, which sends and looks in the namespaces of a ground.</summary>
public sealed class Wire : IDisposable
{
    private readonly Process process;

    public Wire(string program, Ground ground)
    {
        var start = new ProcessStartInfo(program, [ground.Client, "c0", ground.Server, "s0", ground.Router]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>A process in the router's namespace.</summary>
    public int Pid => process.Id;

    public Sent Send(Flow flow, bool bridged)
    {
        if (flow.From == Side.Router)
            return Ask($"r {flow.Mark} {flow.Uid} {flow.Gid} {(flow.V6 ? 6 : 4)} {flow.Destination} {Convert.ToHexStringLower(flow.Bytes())}");
        var to = bridged && !Ground.IsLocal(flow.Destination) ? flow.From == Side.Client ? Flow.ServerMac : Flow.ClientMac
            : flow.From == Side.Client || bridged ? Flow.RouterMac : Flow.RouterServerMac;
        return Ask($"{(flow.From == Side.Client ? 'c' : 's')} {Convert.ToHexStringLower(flow.Frame(to))}");
    }

    /// <summary>Waits for another frame.</summary>
    public Sent More(int ms) => Ask($"more {ms}");

    public Sent Ask(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
        var answer = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the wire is cut");
        var parts = answer.Split(' ');
        var frames = new List<Seen>();
        foreach (var part in parts.Skip(1))
        {
            if (Seen.Parse(part[0] == 'c' ? Side.Client : Side.Server, Convert.FromHexString(part.AsSpan(2))) is { } seen) frames.Add(seen);
        }
        return new Sent(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), frames, parts[1..]);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(2000)) process.Kill();
        process.Dispose();
    }
}
