using System.Globalization;
using System.Resources;

namespace LiaisonStation.Auditor;

/// <summary>Chinese first, English beside it.</summary>
internal static class Words
{
    private static readonly ResourceManager Texts = new("LiaisonStation.Auditor.Words", typeof(Words).Assembly);
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    public static string Chinese(string key) => Texts.GetString(key, CultureInfo.InvariantCulture) ?? key;

    public static string Both(string key, params object?[] values) =>
        $"{string.Format(CultureInfo.InvariantCulture, Chinese(key), values)} / {string.Format(CultureInfo.InvariantCulture, Texts.GetString(key, English) ?? key, values)}";
}
