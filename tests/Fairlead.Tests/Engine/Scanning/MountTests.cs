using System.Formats.Tar;
using System.Text;
using Fairlead.Engine.Client;
using Fairlead.Engine.Scanning;
using Xunit;

namespace Fairlead.Tests.Engine.Scanning;

public class MountTests
{
    [Theory]
    [InlineData("/opt/napp/config", true)]
    [InlineData("/var/lib/docker/volumes/cfg/_data", true)]
    [InlineData("/etc/app", true)]
    [InlineData("/", false)]
    [InlineData("/etc/", false)]
    [InlineData("/var/run/docker.sock", false)]
    [InlineData("/proc", false)]
    [InlineData("/sys/fs/cgroup", false)]
    public void What_is_the_hosts_own_is_no_containers_configuration(string source, bool theirs) => Assert.Equal(theirs, ConfigFiles.Theirs(source));

    [Fact]
    public void A_file_that_the_engine_sends_is_taken_out_of_its_tar()
    {
        Assert.Equal("url: http://api:8000", SingleFileTar.Text(Tar(TarEntryType.RegularFile, "url: http://api:8000")));
        Assert.Null(SingleFileTar.Text(Tar(TarEntryType.RegularFile, "a\0b")));
        Assert.Null(SingleFileTar.Text(Tar(TarEntryType.Directory, null)));
        Assert.Null(SingleFileTar.Text(Tar(TarEntryType.SymbolicLink, null)));
        Assert.Null(SingleFileTar.Text(Tar(TarEntryType.RegularFile, new string('x', 3000)).AsSpan(0, 1000)));
        Assert.Null(SingleFileTar.Text([]));
        Assert.Null(SingleFileTar.Text(new byte[100]));
    }

    private static byte[] Tar(TarEntryType type, string? text)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            var entry = new UstarTarEntry(type, "config.yaml");
            if (type == TarEntryType.SymbolicLink)
                entry.LinkName = "/etc/shadow";
            if (text is not null)
                entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text));
            writer.WriteEntry(entry);
        }
        return stream.ToArray();
    }
}
