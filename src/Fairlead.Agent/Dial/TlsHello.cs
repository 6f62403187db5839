using System.Buffers.Binary;
using System.Net;
using System.Text;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Dial;

/// <summary>A TLS ClientHello (1.2 and 1.3) written by hand, and the first record of what comes back. Nothing is ever decrypted.</summary>
internal static class TlsHello
{
    // the suites that servers of the last ten years have: three of TLS 1.3, ECDHE and RSA of 1.2
    private static readonly ushort[] Suites =
        [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035, 0x000a];

    private static readonly ushort[] Groups = [0x001d, 0x0017, 0x0018, 0x0019];
    private static readonly ushort[] Signatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0201];

    internal static byte[] Build(string host)
    {
        var random = new byte[96];
        Libc.Random(random);
        var extensions = new List<byte>();
        // a name only: an address has no place in SNI
        if (NameOf(host) is { Length: > 0 } name)
            Extension(extensions, 0, [.. Two(name.Length + 3), 0, .. Two(name.Length), .. Encoding.ASCII.GetBytes(name)]);
        Extension(extensions, 10, [.. Two(Groups.Length * 2), .. Groups.SelectMany(Two2)]);
        Extension(extensions, 11, [1, 0]);
        Extension(extensions, 13, [.. Two(Signatures.Length * 2), .. Signatures.SelectMany(Two2)]);
        Extension(extensions, 43, [4, 3, 4, 3, 3]);
        Extension(extensions, 45, [1, 1]);
        // any 32 bytes are a public key of X25519; its secret is never needed
        Extension(extensions, 51, [.. Two(36), 0, 0x1d, .. Two(32), .. random.AsSpan(64, 32)]);
        byte[] body =
        [
            3, 3, .. random.AsSpan(0, 32), 32, .. random.AsSpan(32, 32), .. Two(Suites.Length * 2), .. Suites.SelectMany(Two2), 1, 0,
            .. Two(extensions.Count), .. extensions,
        ];
        return [0x16, 3, 1, .. Two(body.Length + 4), 1, 0, .. Two(body.Length), .. body];
    }

    /// <summary>What the first record says, or null where it is no TLS.</summary>
    internal static AnswerFact? Recognise(ReadOnlySpan<byte> said)
    {
        if (!Recogniser.IsTls(said))
            return null;
        if (said[0] == 0x15)
            return said.Length < 7 ? null : new AnswerFact("tls", said[6], $"alert {Alert(said[6])}", Spoken.Done);
        if (said.Length < 11 || said[5] != 2)
            return null;
        return new AnswerFact("tls", null, BinaryPrimitives.ReadUInt16BigEndian(said[9..]) == 0x0303 ? "ServerHello" : "ServerHello of an old version", Spoken.Done);
    }

    private static string Alert(int alert) => alert switch
    {
        0 => "close_notify",
        40 => "handshake_failure",
        42 => "bad_certificate",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        109 => "missing_extension",
        112 => "unrecognized_name",
        116 => "certificate_required",
        120 => "no_application_protocol",
        _ => $"{alert}",
    };

    private static string NameOf(string host)
    {
        var name = host.StartsWith('[') ? "" : host.Split(':')[0].TrimEnd('.');
        return name.Length is > 0 and < 254 && !IPAddress.TryParse(name, out _) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') ? name : "";
    }

    private static void Extension(List<byte> into, int type, byte[] body)
    {
        into.AddRange(Two(type));
        into.AddRange(Two(body.Length));
        into.AddRange(body);
    }

    private static byte[] Two(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Two2(ushort value) => Two(value);
}
