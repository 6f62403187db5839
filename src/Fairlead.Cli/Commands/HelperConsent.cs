using Fairlead.Cli.State;
using Fairlead.Engine.Vantages;

namespace Fairlead.Cli.Commands;

/// <summary>
/// Asks a person on a terminal whether a helper may be made (--vantage auto): once for the form that shares one container's network and has no
/// rights, once for those that share the host's. "always" is kept in the state folder. Without a terminal the answer is no.
/// </summary>
internal sealed class HelperConsent(Settings settings, Surroundings around)
{
    private const string Kept = "helper-consent", Inside = "inside", Others = "others";

    public ValueTask<bool> AskAsync(HelperForm form, CancellationToken cancel)
    {
        var which = form == HelperForm.Inside ? Inside : Others;
        var state = new StateFolder(settings.StateFolder, around.Variable);
        var kept = state.Read(Kept).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (kept.Contains(which))
            return ValueTask.FromResult(true);
        if (!around.CanAsk())
            return ValueTask.FromResult(false);
        cancel.ThrowIfCancellationRequested();
        using var aside = around.Progress.Aside();
        around.Error.Write(which == Inside
            ? settings.Say("I can look from inside for a moment through a temporary container made of this program (nothing is pulled). [y/N/always] ",
                "我可以用本程序做一个临时容器，从里面看一眼（不拉取任何镜像）。[y/N/always] ")
            : settings.Say("I can also see the host's packet rules and listeners, through a temporary container with the host's network and processes. [y/N/always] ",
                "我还可以用一个共享主机网络和进程的临时容器，看到主机的防火墙规则和监听端口。[y/N/always] "));
        var answer = (around.ReadLine() ?? "").Trim().ToLowerInvariant();
        if (answer is "always" or "a" && state.Write(Kept, string.Join('\n', [.. kept.Where(k => k is Inside or Others), which]) + "\n") is { } why && settings.Verbose)
            around.Error.WriteLine(settings.Say("not kept: ", "没有存下来：") + why);
        return ValueTask.FromResult(answer is "y" or "yes" or "always" or "a" or "是");
    }
}
