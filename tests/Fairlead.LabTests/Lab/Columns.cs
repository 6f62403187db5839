using System.Text;

namespace Fairlead.LabTests.Lab;

/// <summary>Expected beside actual for one answer: all that differs is shown at once, with the answer itself.</summary>
public sealed class Columns(string about, Answer answer)
{
    private readonly StringBuilder _wrong = new();

    public void Compare<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            _wrong.AppendLine($"  {what}: expected {expected?.ToString() ?? "none"}, got {actual?.ToString() ?? "none"}");
    }

    public void Check(string what, bool holds)
    {
        if (!holds)
            _wrong.AppendLine($"  not so: {what}");
    }

    public void Assert()
    {
        if (_wrong.Length > 0)
            Xunit.Assert.Fail($"{about}\n{_wrong}stderr: {Cut(answer.Stderr, 600)}\nstdout: {Cut(answer.Stdout, 3000)}");
    }

    private static string Cut(string text, int most) => text.Length <= most ? text.Trim() : text[..most] + " …";
}
