using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Blobs of matches on rates, times, memory of earlier packets, and contents.</summary>
internal static class XtRateReader
{
    internal static XtView? Read(string name, int revision, XtBlob b) => (name, revision) switch
    {
        ("hashlimit", 1) when b.Length >= 46 => new XtHashlimit(1, b.Text(0, 16), b.Host32(20), b.Host32(24), b.Host32(16), b.Host32(28), b.Host32(32),
            b.Host32(36), b.Host32(40), 0, b.Byte(44), b.Byte(45), 10_000),
        ("hashlimit", 2) when b.Length >= 294 => new XtHashlimit(2, b.Text(0, 255), b.Host64(256), b.Host64(264), b.Host32(272), b.Host32(276),
            b.Host32(280), b.Host32(284), b.Host32(288), 0, b.Byte(292), b.Byte(293), 1_000_000),
        ("hashlimit", 3) when b.Length >= 298 => new XtHashlimit(3, b.Text(0, 255), b.Host64(256), b.Host64(264), b.Host32(272), b.Host32(276),
            b.Host32(280), b.Host32(284), b.Host32(288), b.Host32(292), b.Byte(296), b.Byte(297), 1_000_000),
        ("recent", 0) when b.Length >= 211 => Recent(b, null),
        ("recent", 1) when b.Length >= 228 => Recent(b, b.Address(212)),
        ("connlimit", 0 or 1) when b.Length >= 24 => new XtConnlimit(b.Address(0), b.Host32(16), b.Host32(20)),
        ("statistic", 0) when b.Length >= 12 => new XtStatistic(b.Host16(0), (b.Host16(2) & 1) != 0, b.Host32(4), b.Host32(8)),
        ("socket", 0) => new XtSocket(0),
        ("socket", >= 1 and <= 3) when b.Length >= 1 => new XtSocket(b.Byte(0)),
        ("quota", 0) when b.Length >= 16 => new XtQuota(b.Host64(8), (b.Host32(0) & 1) != 0),
        ("connbytes", 0) when b.Length >= 18 => new XtConnbytes(b.Host64(0), b.Host64(8), b.Byte(16), b.Byte(17)),
        ("cgroup", 0) when b.Length >= 8 => new XtCgroup(null, b.Host32(0), false, b.Host32(4) != 0),
        ("cgroup", 1) when b.Length >= 4104 => Cgroup(b, 4096, 4100),
        ("cgroup", 2) when b.Length >= 516 => Cgroup(b, 512, 4),
        ("time", 0) when b.Length >= 22 => new XtTime(b.Host32(0), b.Host32(4), b.Host32(8), b.Host32(12), b.Host32(16), b.Byte(20), b.Byte(21)),
        ("string", 0 or 1) when b.Length >= 150 => new XtString(b.Host16(0), b.Host16(2), b.Text(4, 16), b.Bytes(20, Math.Min((int)b.Byte(148), 128)),
            revision == 0 ? b.Byte(149) & 1 : b.Byte(149)),
        ("u32", 0) when b.Length >= 11 * U32Test + 2 => U32(b),
        ("policy", 0) when b.Length >= 4 * PolicyElement + 4 => Policy(b),
        _ => XtRareReader.Match(name, revision, b),
    };

    private const int U32Test = 11 * 8 + 11 * 8 + 4, PolicyElement = 76;

    private static XtRecent Recent(XtBlob b, byte[]? mask) =>
        new(b.Host32(0), b.Host32(4), b.Byte(8), b.Byte(9) != 0, b.Text(10, 200), b.Byte(210) != 0, mask);

    private static XtCgroup Cgroup(XtBlob b, int pathSize, int classAt) =>
        new(b.Byte(0) != 0 ? b.Text(4, pathSize) : null, b.Byte(1) != 0 ? b.Host32(classAt) : null, b.Byte(2) != 0, b.Byte(3) != 0);

    private static XtU32? U32(XtBlob b)
    {
        var tests = ImmutableArray.CreateBuilder<XtU32Test>();
        int count = b.Byte(11 * U32Test);
        if (count > 11)
            return null;
        for (var i = 0; i < count; i++)
        {
            var at = i * U32Test;
            int numbers = b.Byte(at + 176), values = b.Byte(at + 177);
            if (numbers > 11 || values > 11)
                return null;
            var location = ImmutableArray.CreateBuilder<(uint, int)>();
            for (var n = 0; n < numbers; n++)
                location.Add((b.Host32(at + n * 8), b.Byte(at + n * 8 + 4)));
            var ranges = ImmutableArray.CreateBuilder<(uint, uint)>();
            for (var n = 0; n < values; n++)
                ranges.Add((b.Host32(at + 88 + n * 8), b.Host32(at + 92 + n * 8)));
            tests.Add(new XtU32Test(location.ToImmutable(), ranges.ToImmutable()));
        }
        return new XtU32(tests.ToImmutable(), b.Byte(11 * U32Test + 1) != 0);
    }

    private static XtPolicy? Policy(XtBlob b)
    {
        int flags = b.Host16(4 * PolicyElement), length = b.Host16(4 * PolicyElement + 2);
        if (length > 4)
            return null;
        var elements = ImmutableArray.CreateBuilder<XtPolicyElement>();
        for (var i = 0; i < length; i++)
        {
            var at = i * PolicyElement;
            elements.Add(new XtPolicyElement(b.Masked(at), b.Masked(at + 32), System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(b.Host32(at + 64)),
                b.Host32(at + 68), b.Byte(at + 72), b.Byte(at + 73), b.Byte(at + 74), b.Byte(at + 75)));
        }
        return new XtPolicy(elements.ToImmutable(), flags);
    }
}
