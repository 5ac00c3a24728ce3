using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LiaisonStation.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiaisonStation.ServiceDefaults.Print;

/// <summary>What a document was made from, for whoever holds the paper.</summary>
/// <param name="CaseNumber">Null where it is about more than one case.</param>
/// <param name="Source">The stream's id, or the service's name where it is made from the whole log.</param>
/// <param name="Position">The stream's version, or the log's position, that it was made at; null where it was made from several.</param>
/// <param name="At">When.</param>
public sealed record MadeFrom(string? CaseNumber, string Source, long? Position, DateTimeOffset At);

/// <summary>Documents to print: components around <see cref="Page"/>, rendered to HTML that needs nothing else and runs nothing.</summary>
public static class Printing
{
    internal static string Style { get; } = Embedded("page.css");

    /// <summary>Nothing but the one style; it stands in the page too, for a copy that comes without its headers.</summary>
    internal static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'";

    /// <summary>Renders a document: <c>http.Print&lt;OrderSheet&gt;((nameof(OrderSheet.Order), order), …)</c>.</summary>
    public static async Task<ContentHttpResult> Print<TDocument>(this HttpContext http, params (string Name, object? Value)[] parameters)
        where TDocument : IComponent
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = $"{Policy}; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        await using var renderer = new HtmlRenderer(http.RequestServices, http.RequestServices.GetRequiredService<ILoggerFactory>());
        var given = ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value));
        return TypedResults.Content(
            await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TDocument>(given)).ToHtmlString()),
            "text/html", Encoding.UTF8);
    }

    /// <summary>2026年11月8日, as a document's date is written.</summary>
    public static string Chinese(this DateOnly day) => $"{day.Year}年{day.Month}月{day.Day}日";

    /// <summary>The local day of an instant, written as a document's date.</summary>
    public static string ChineseDay(this DateTimeOffset at) => BusinessTime.DateOf(at).Chinese();

    internal static string Minute(this DateTimeOffset at) => BusinessTime.Local(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Embedded(string name)
    {
        using var reader = new StreamReader(typeof(Printing).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
