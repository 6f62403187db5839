using System.Runtime.InteropServices;

namespace Fairlead.Cli.Commands;

/// <summary>The terminal's width by ioctl(2): the Console class would put the terminal into another mode first, and leave it there.</summary>
internal static partial class TerminalSize
{
    private const nuint GetWindowSize = 0x5413;   // TIOCGWINSZ

    [StructLayout(LayoutKind.Sequential)]
    private struct Size
    {
        public ushort Rows, Columns, Width, Height;
    }

    /// <summary>Columns of the terminal that standard output is, else of that of standard error; 0 where neither is one.</summary>
    public static int Columns()
    {
        foreach (var fd in (int[])[1, 2])
        {
            var size = default(Size);
            if (IoControl(fd, GetWindowSize, ref size) == 0 && size.Columns > 0)
                return size.Columns;
        }
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int IoControl(int fd, nuint request, ref Size size);
}
