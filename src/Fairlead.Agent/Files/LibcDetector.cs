using System.Text;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Files;

/// <summary>Which C library resolves names for a process: what it has mapped, else which one its root holds.</summary>
internal static class LibcDetector
{
    private const int MapsLimit = 1 << 20;

    private static readonly string[] Musl =
        ["lib/ld-musl-x86_64.so.1", "lib/ld-musl-aarch64.so.1", "lib/ld-musl-armhf.so.1", "lib/ld-musl-i386.so.1", "lib/ld-musl-riscv64.so.1"];

    private static readonly string[] Glibc =
    [
        "lib64/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1", "lib/ld-linux.so.2", "lib/ld-linux-armhf.so.3", "lib/ld-linux-riscv64-lp64d.so.1",
        "lib/x86_64-linux-gnu/libc.so.6", "lib/aarch64-linux-gnu/libc.so.6", "usr/lib64/libc.so.6", "lib64/libc.so.6", "lib/libc.so.6",
    ];

    internal static string Detect(SafeFd? process, SafeFd root) => OfMaps(process) ?? OfFiles(root);

    private static string? OfMaps(SafeFd? process)
    {
        if (process is null)
            return null;
        using var maps = SafeFd.Open(process, "maps", Libc.O_RDONLY, out _);
        if (maps?.Read(MapsLimit, out _) is not { } bytes)
            return null;
        // a path is whatever the container calls it; a lie here only misleads about the container itself
        var text = Encoding.Latin1.GetString(bytes);
        if (text.Contains("/ld-musl-", StringComparison.Ordinal) || text.Contains("/libc.musl-", StringComparison.Ordinal))
            return "musl";
        return text.Contains("/libc.so.6", StringComparison.Ordinal) || text.Contains("/ld-linux", StringComparison.Ordinal)
            || text.Contains("/libc-2.", StringComparison.Ordinal)
            ? "glibc"
            : null;
    }

    private static string OfFiles(SafeFd root)
    {
        if (Musl.Any(path => ContainerFile.Exists(root, path)))
            return "musl";
        return Glibc.Any(path => ContainerFile.Exists(root, path)) ? "glibc" : "none";
    }
}
