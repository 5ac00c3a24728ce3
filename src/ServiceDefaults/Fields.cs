using Microsoft.AspNetCore.Http;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// What is wrong with a body, field by field: 400 with code <c>malformed</c> and <c>errors</c>, a stable code for each field.
/// </summary>
public sealed class Fields
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string[]> Errors => _errors;

    /// <summary>A text that must be there: not blank, not longer than <paramref name="atMost"/> characters.</summary>
    public Fields Text(string field, string? value, int atMost = 2000) => this
        .Wrong(string.IsNullOrWhiteSpace(value), field, "required")
        .Wrong(value?.Length > atMost, field, "too-long")
        .Wrong(!IsStorable(value), field, "not-text");

    /// <summary>A text that may be left out.</summary>
    public Fields Optional(string field, string? value, int atMost = 2000) => value is null ? this : Text(field, value, atMost);

    /// <summary>A registry id that must be there.</summary>
    public Fields Given(string field, Guid value) => Wrong(value == Guid.Empty, field, "required");

    /// <summary>A member of the enumeration, not merely a number.</summary>
    public Fields Known<T>(string field, T value)
        where T : struct, Enum => Wrong(!Enum.IsDefined(value), field, "unknown-value");

    /// <summary>The first thing wrong with a field is the one told.</summary>
    public Fields Wrong(bool wrong, string field, string code)
    {
        if (wrong)
        {
            _errors.TryAdd(field, [code]);
        }

        return this;
    }

    /// <summary>The answer to a body with something wrong; null for a sound one.</summary>
    public IResult? Malformed(HttpContext http) => _errors.Count == 0 ? null : http.Malformed(_errors);

    // PostgreSQL stores no U+0000, and half a surrogate pair is no text.
    private static bool IsStorable(string? value)
    {
        for (var i = 0; i < value?.Length; i++)
        {
            if (value[i] == '\0' || (char.IsSurrogate(value[i]) && !char.IsSurrogatePair(value, i++)))
            {
                return false;
            }
        }

        return true;
    }
}
