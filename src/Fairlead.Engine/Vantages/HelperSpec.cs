using System.Buffers;
using System.Text.Json;

namespace Fairlead.Engine.Vantages;

/// <summary>The settings of a helper container: exactly those of SAFETY 15, in one place. Pure.</summary>
public static class HelperSpec
{
    /// <summary>By this label leftovers are found; its value is the form.</summary>
    public const string Label = "io.fairlead.helper";

    /// <summary>Its value says who made the helper: <see cref="HelperOwner"/>.</summary>
    public const string OwnerLabel = "io.fairlead.helper.owner";

    /// <summary>A helper of this age is a leftover, whoever made it: no run lasts so long.</summary>
    public static readonly TimeSpan LeftoverAge = TimeSpan.FromMinutes(5);

    /// <summary>The helper ends itself after this.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private const long Memory = 128L << 20;
    private const int Pids = 128;

    /// <summary>Body of POST /containers/create.</summary>
    /// <param name="insideId">Full id of the container whose network is shared; ignored by the other forms.</param>
    public static byte[] Body(HelperForm form, string image, string insideId)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("Image", image);
            Strings(json, "Cmd", "agent", "--deadline", ((int)Deadline.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("User", form == HelperForm.Inside ? "65534:65534" : "0:0");
            json.WriteBoolean("AttachStdin", true);
            json.WriteBoolean("AttachStdout", true);
            json.WriteBoolean("AttachStderr", true);
            json.WriteBoolean("OpenStdin", true);
            json.WriteBoolean("StdinOnce", true);   // our end gone, its input ends, and so does it
            json.WriteBoolean("Tty", false);
            json.WriteString("StopSignal", "SIGTERM");
            json.WriteStartObject("Labels");
            json.WriteString(Label, FormName(form));
            json.WriteString(OwnerLabel, HelperOwner.Own);
            json.WriteEndObject();
            json.WriteStartObject("HostConfig");
            json.WriteString("NetworkMode", form == HelperForm.Inside ? "container:" + insideId : "host");
            if (form != HelperForm.Inside)
                json.WriteString("PidMode", "host");
            if (form == HelperForm.Many)
                json.WriteString("UsernsMode", "host");
            Strings(json, "CapDrop", "ALL");
            Strings(json, "CapAdd", Capabilities(form));
            Strings(json, "SecurityOpt", "no-new-privileges");
            json.WriteBoolean("Privileged", false);
            json.WriteBoolean("ReadonlyRootfs", true);
            json.WriteBoolean("AutoRemove", true);
            json.WriteNumber("Memory", Memory);
            json.WriteNumber("MemorySwap", Memory);
            json.WriteNumber("PidsLimit", Pids);
            json.WriteStartObject("LogConfig");
            json.WriteString("Type", "none");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What the form adds after all capabilities were dropped.</summary>
    public static string[] Capabilities(HelperForm form) => form switch
    {
        HelperForm.Inside => [],
        HelperForm.Rules => ["NET_ADMIN"],
        HelperForm.Many => ["SYS_ADMIN", "SYS_PTRACE"],
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    public static string FormName(HelperForm form) => form switch
    {
        HelperForm.Inside => "inside",
        HelperForm.Rules => "rules",
        HelperForm.Many => "many",
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    private static void Strings(Utf8JsonWriter json, string name, params ReadOnlySpan<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
