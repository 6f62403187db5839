using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Fairlead.Facts;

/// <summary>A value that was read, or the reason why it was not. No default ever stands in for something unread.</summary>
public sealed record Reading<T>
{
    /// <summary>The value; meaningful only when <see cref="Missing"/> is null.</summary>
    /// <remarks>A missing array has the default value of its struct, which cannot be written: it is left out, as null is.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public T? Value { get; init; }

    /// <summary>Why there is no value; null when there is one.</summary>
    public NotRead? Missing { get; init; }

    [JsonIgnore, MemberNotNullWhen(true, nameof(Value)), MemberNotNullWhen(false, nameof(Missing))]
    public bool IsKnown => Missing is null;

    public static implicit operator Reading<T>(NotRead missing) => new() { Missing = missing };

    /// <summary>The value, or <paramref name="other"/> where it was not read. Only for display; never for a decision.</summary>
    public T? Or(T? other) => IsKnown ? Value : other;
}

/// <summary>Makers of readings.</summary>
public static class Reading
{
    public static Reading<T> Of<T>(T value) => new() { Value = value };

    public static Reading<T> Not<T>(string what, string of, string why, string? needs = null, string? detail = null) =>
        new NotRead(what, of, why, needs, [], detail);
}
