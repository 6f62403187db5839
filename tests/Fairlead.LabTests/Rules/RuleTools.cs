using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests.RuleReading;

/// <summary>
/// The tools that print rules, each of an engine's own folder and run with that folder's loader and libraries, in the namespace of a process.
/// nft is always Engine 28's (Debian forky, 1.1.7): Debian 12's 1.0.6 crashes on the native tables of Engine 29.
/// </summary>
public sealed class RuleTools(string generation)
{
    private readonly string _folder = Path.Combine(Paths.Engines, generation is "29" or "29n" ? "28" : generation);

    public Task<Ran> NftAsync(int pid, params string[] args) => InAsync(pid, Path.Combine(Paths.Engines, "28"), "nft", "usr/sbin/nft", args);

    /// <param name="tool">"iptables-save", "ip6tables-restore", …: one binary that looks at its name.</param>
    public Task<Ran> IptablesAsync(int pid, string tool, params string[] args) => InAsync(pid, _folder, tool, "usr/sbin/xtables-nft-multi", args);

    public Task<Ran> LegacyAsync(int pid, string tool, params string[] args) => InAsync(pid, _folder, tool, "usr/sbin/xtables-legacy-multi", args);

    private static Task<Ran> InAsync(int pid, string folder, string name, string program, string[] args)
    {
        var libraries = $"{folder}/usr/lib/x86_64-linux-gnu";
        return Shell.RunAsync("nsenter", ["-t", $"{pid}", "-n", "env", $"XTABLES_LIBDIR={libraries}/xtables",
            $"{folder}/lib64/ld-linux-x86-64.so.2", "--library-path", libraries, "--argv0", name, Path.Combine(folder, program), .. args], null);
    }
}
