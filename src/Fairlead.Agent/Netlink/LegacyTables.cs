using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Facts;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Agent.Netlink;

/// <summary>
/// Reads legacy (x_tables) tables by getsockopt. Asking for a table that is not there would create it, and its hooks, in the namespace: so only
/// names that the kernel itself lists are asked for.
/// </summary>
internal static unsafe class LegacyTables
{
    private const int GetInfo = 64, GetEntries = 65, InfoSize = 84, EntriesHeader = 40, NameSize = 32, Tries = 5, MaxSize = 256 * 1024 * 1024;

    /// <summary>The only names that the kernel itself gives; another one in the list is not asked for.</summary>
    private static readonly string[] Names = ["raw", "mangle", "nat", "filter", "security"];

    internal static void Read(SafeFileHandle? socket, int family, IReadOnlyCollection<string> names, string of,
        ImmutableArray<LegacyTableDump>.Builder into, ImmutableArray<NotRead>.Builder missing)
    {
        foreach (var name in names)
        {
            if (Array.IndexOf(Names, name) < 0)
                continue;
            var errno = socket is null ? NetlinkLibc.EPERM : ReadOne(socket, family, name, into);
            if (errno != 0)
                missing.Add(RuleDumper.Refusal(errno, $"legacy {(family == 6 ? "ip6" : "ip")} {name}", of));
        }
    }

    private static int ReadOne(SafeFileHandle socket, int family, string name, ImmutableArray<LegacyTableDump>.Builder into)
    {
        var level = family == 6 ? 41 : 0;
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var info = new byte[InfoSize];
            Encoding.ASCII.GetBytes(name, info);
            if (Get(socket, level, GetInfo, info) is var refused and not 0)
                return refused;
            var size = BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(80));
            if (size > MaxSize)
                return NetlinkLibc.EFBIG;
            var answer = new byte[EntriesHeader + (int)size];
            Encoding.ASCII.GetBytes(name, answer);
            BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(NameSize), size);
            var errno = Get(socket, level, GetEntries, answer);
            // the table changed its size in between
            if (errno == NetlinkLibc.EAGAIN)
                continue;
            if (errno == 0)
                into.Add(new LegacyTableDump(family, name, info, answer[EntriesHeader..]));
            return errno;
        }
        return NetlinkLibc.EAGAIN;
    }

    private static int Get(SafeFileHandle socket, int level, int option, byte[] data)
    {
        var length = (uint)data.Length;
        fixed (byte* bytes = data)
            return NetlinkLibc.getsockopt(socket, level, option, bytes, &length) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
