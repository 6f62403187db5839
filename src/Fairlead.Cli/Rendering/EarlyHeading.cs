using Fairlead.Model.Answer;

namespace Fairlead.Cli.Rendering;

/// <summary>
/// The first line of a scan, written as soon as it is known: whoever reads the pipe sees that something comes. What follows continues it, so that all
/// in all nothing else is written than the page.
/// </summary>
internal sealed class EarlyHeading(TextWriter to, int width)
{
    private string written = "";

    /// <summary>The host as the heading said it; null where it was not written.</summary>
    public MapAnswer? Said { get; private set; }

    /// <summary>The heading without the time, which is not known yet, and without its line end.</summary>
    public void Write(MapAnswer map)
    {
        Said = map;
        var page = new Layout(width);
        MapView.Heading(page, map);
        written = Text(page).TrimEnd('\n');
        to.Write(written);
        to.Flush();
    }

    /// <summary>The rest of the page, whose heading is that of <see cref="Said"/>.</summary>
    public void Finish(Layout page)
    {
        var text = Text(page);
        to.Write(text.StartsWith(written, StringComparison.Ordinal) ? text[written.Length..] : "\n" + text);
    }

    /// <summary>No answer comes: the line that was begun ends.</summary>
    public void Break()
    {
        if (written.Length > 0)
            to.Write('\n');
    }

    private static string Text(Layout page)
    {
        using var text = new StringWriter { NewLine = "\n" };
        Screen.Write(text, page, colour: false);
        return text.ToString();
    }
}
