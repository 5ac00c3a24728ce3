using System.Collections;
using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// A text of a body: there, not blank, not longer than so many characters as a reader counts them, storable.
/// What is wrong is told as a stable code: required, too-long, not-text.
/// </summary>
/// <remarks>Of a positional record it marks the property: the API document shows nothing that stands on a parameter.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextAttribute(int atMost = 2000) : StringLengthAttribute(atMost)
{
    /// <summary>It may be left out.</summary>
    public bool Optional { get; init; }

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => value switch
    {
        null when Optional => null,
        not string => Wrong.Because("required", validationContext),
        string text when string.IsNullOrWhiteSpace(text) => Wrong.Because("required", validationContext),
        string text when Length(text) > MaximumLength => Wrong.Because("too-long", validationContext),
        string text when !IsStorable(text) => Wrong.Because("not-text", validationContext),
        _ => null,
    };

    /// <summary>Characters as a reader counts them: a rare ideograph outside the first plane is one.</summary>
    public static int Length(string text) => text.Length - text.Count(char.IsLowSurrogate);

    /// <summary>PostgreSQL stores no U+0000, and half a surrogate pair is no text.</summary>
    public static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i++)))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>An id, a date or a list that must be there. Code: required.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class GivenAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => value switch
    {
        null or ICollection { Count: 0 } => Wrong.Because("required", validationContext),
        ValueType when value.Equals(Activator.CreateInstance(value.GetType())) => Wrong.Because("required", validationContext),
        _ => null,
    };
}

/// <summary>A member of the enumeration, not merely a number; each one, of a list. Code: unknown-value.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KnownAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        (value is IEnumerable many ? many.Cast<object?>() : [value]).All(v => v is null || Enum.IsDefined(v.GetType(), v))
            ? null
            : Wrong.Because("unknown-value", validationContext);
}

/// <summary>
/// Files named in a body, as their upload answered them: at most twenty, each once. Codes: too-many, named-twice. Whether they are
/// there is asked by <see cref="Files.Objection"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AttachedAttribute : ValidationAttribute
{
    public const int AtMost = 20;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => value switch
    {
        IReadOnlyList<Attachment?> some when some.Any(a => a?.Sha256 is null) => Wrong.Because("required", validationContext),
        IReadOnlyList<Attachment?> { Count: > AtMost } => Wrong.Because("too-many", validationContext),
        IReadOnlyList<Attachment?> many when many.DistinctBy(a => a!.Sha256).Count() < many.Count => Wrong.Because("named-twice", validationContext),
        _ => null,
    };
}

/// <summary>What is wrong with a field, for rules over several of them too.</summary>
public static class Wrong
{
    public static ValidationResult Because(string code, params string[] fields) => new(code, fields);

    internal static ValidationResult Because(string code, ValidationContext context) =>
        new(code, context.MemberName is { } field ? [field] : null);
}
