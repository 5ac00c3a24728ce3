using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using LiaisonStation.ServiceDefaults.Print;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonStation.ServiceDefaults.Tests;

public sealed partial class PrintTests
{
    private static readonly DateTimeOffset Evening = new(2026, 3, 22, 16, 30, 0, TimeSpan.Zero);

    private static async Task<(string Html, IHeaderDictionary Headers)> Printed(string matter, string ground = "《代表法》", int milestones = 2)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = services, Response = { Body = body } };
        var page = await http.Print<Sheet>(
            (nameof(Sheet.Matter), matter), (nameof(Sheet.Grounds), (string[])[ground, ground]), (nameof(Sheet.Milestones), milestones),
            (nameof(Sheet.Made), new MadeFrom("330225101-20260302-7", "0195-stream", 12, Evening)));
        await page.ExecuteAsync(http);
        return (Encoding.UTF8.GetString(body.ToArray()), http.Response.Headers);
    }

    [Fact]
    public async Task a_document_says_what_it_is_and_what_it_was_made_from_in_local_time()
    {
        var (source, headers) = await Printed("老街积水");
        var html = WebUtility.HtmlDecode(source);
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"zh-CN\">", html, StringComparison.Ordinal);
        Assert.Equal("text/html; charset=utf-8", headers.ContentType);
        Assert.Contains("<p class=\"heading\">石浦镇人民代表大会主席团</p>", html, StringComparison.Ordinal);
        Assert.Contains("<p class=\"number\">石人大督〔2026〕12号</p>", html, StringComparison.Ordinal);
        Assert.Contains("<h1>督办单</h1>", html, StringComparison.Ordinal);
        Assert.Contains("将“老街积水”交由", html, StringComparison.Ordinal);
        Assert.Contains("案件编号 330225101-20260302-7", html, StringComparison.Ordinal);
        Assert.Contains("据 0195-stream 第 12 号记录", html, StringComparison.Ordinal);
        Assert.Contains("生成于 2026-03-23 00:30（北京时间）", html, StringComparison.Ordinal);
        Assert.Contains("2026年3月23日前", html, StringComparison.Ordinal);
        Assert.Contains("<p>2026年3月2日</p>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task nothing_in_a_document_runs_and_its_one_style_is_the_one_the_policy_names()
    {
        var (html, headers) = await Printed("<script>alert(1)</script><img src=x onerror=alert(1)>");
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&lt;img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(InlineStyleOrHandler(), html);
        var style = Style().Match(html).Groups[1].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Equal(
            $"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            headers.ContentSecurityPolicy);
        Assert.Equal("nosniff", headers.XContentTypeOptions);
        Assert.Equal("no-store", headers.CacheControl);
    }

    /// <summary>Where <c>PRINT_TO</c> names a file it is written there, to be looked at in a browser by whoever changes the layout.</summary>
    [Fact]
    public async Task a_long_document_has_all_its_rows_below_a_head_that_comes_again_on_every_page()
    {
        var ground = string.Concat(Enumerable.Repeat("代表在走访中反映，老街汛期积水严重，沿街商户多次受淹，群众出行不便，影响持续三年以上。", 4));
        var (source, _) = await Printed("老街汛期积水整治", ground, milestones: 14);
        var html = WebUtility.HtmlDecode(source);
        Assert.Equal(2, html.Split(ground).Length - 1);
        Assert.Contains("<thead><tr><th>序号</th>", html, StringComparison.Ordinal);
        Assert.Contains("完成第 14 段排水管网疏通", html, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("PRINT_TO") is { } file)
        {
            await File.WriteAllTextAsync(file, source);
        }
    }

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<[^>]* (?:style|on[a-z]+)=")]
    private static partial Regex InlineStyleOrHandler();
}
