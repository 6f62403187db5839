using Spectre.Console;

namespace Fairlead.Cli.Commands;

/// <summary>
/// One line on standard error that says what goes on: only on a terminal, only after half a second, and gone before anything else is written. Programs
/// (--format json, -q) are shown none.
/// </summary>
internal sealed class ProgressLine
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500), Pace = TimeSpan.FromMilliseconds(200);
    private const int MostCells = 100;
    private const string Clear = "\r\u001b[K";
    private readonly Lock gate = new();
    private TextWriter? to;
    private ITimer? timer;
    private string text = "", drawn = "";
    private int cells = MostCells, asides;

    /// <summary>Begins to say <paramref name="first"/>; ends when disposed.</summary>
    public IDisposable Begin(Settings settings, Surroundings around, string first)
    {
        if (settings.Json || settings.Quiet || timer is not null || !around.ErrorIsTerminal())
            return new End(static () => { });
        lock (gate)
        {
            (to, text, drawn) = (around.Error, first, "");
            cells = around.Columns() is > 20 and var columns ? Math.Min(columns - 1, MostCells) : 79;
            timer = around.Clock.CreateTimer(static me => ((ProgressLine)me!).Draw(), this, Patience, Pace);
        }
        return new End(Stop);
    }

    /// <summary>What goes on now. Of any origin; drawn when its time has come.</summary>
    public void Report(string now)
    {
        lock (gate)
            text = now;
    }

    /// <summary>Takes the line away while something else is written there.</summary>
    public IDisposable Aside()
    {
        lock (gate)
        {
            asides++;
            Wipe();
        }
        return new End(() =>
        {
            lock (gate)
                asides--;
        });
    }

    private void Draw()
    {
        lock (gate)
        {
            if (timer is null || asides > 0 || text == drawn)
                return;
            drawn = text;
            var shown = Model.Answer.Printable.Show(text, 200);
            while (shown.GetCellWidth() > cells)
                shown = shown[..^(char.IsLowSurrogate(shown[^1]) ? 2 : 1)];
            to!.Write(Clear + shown);
        }
    }

    private void Stop()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
            Wipe();
        }
    }

    private void Wipe()
    {
        if (drawn.Length > 0)
            to!.Write(Clear);
        drawn = "";
    }

    private sealed class End(Action end) : IDisposable
    {
        private Action? left = end;

        public void Dispose() => Interlocked.Exchange(ref left, null)?.Invoke();
    }
}
