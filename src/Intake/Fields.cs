using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake;

/// <summary>Checks the fields of a body and answers all that is wrong at once.</summary>
public sealed class Fields
{
    private readonly Dictionary<string, string[]> _errors = [];

    public IReadOnlyDictionary<string, string[]> Errors => _errors;

    /// <summary>Not empty, not longer than <paramref name="longest"/> characters as a reader counts them, storable.</summary>
    public Fields Text(string field, string? value, int longest) => this
        .Check(field, !string.IsNullOrWhiteSpace(value), "empty")
        .Check(field, Length(value) <= longest, $"longer than {longest} characters")
        .Check(field, IsStorable(value), "holds a character that cannot be stored");

    public Fields Known<TEnum>(string field, TEnum value)
        where TEnum : struct, Enum => Check(field, Enum.IsDefined(value), "unknown value");

    public Fields Check(string field, bool holds, string otherwise)
    {
        if (!holds)
        {
            _errors[field] = [.. _errors.GetValueOrDefault(field, []), otherwise];
        }

        return this;
    }

    public Task<IResult>? Refused(HttpContext http) => _errors.Count == 0 ? null : Task.FromResult(http.Malformed(_errors));

    /// <summary>Characters as a reader counts them: a rare ideograph outside the first plane is one.</summary>
    public static int Length(string? value) => value is null ? 0 : value.Length - value.Count(char.IsLowSurrogate);

    /// <summary>PostgreSQL stores no U+0000, and half a surrogate pair is no text.</summary>
    public static bool IsStorable(string? value)
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
