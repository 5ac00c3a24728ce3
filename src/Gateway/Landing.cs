using System.Security.Cryptography;
using System.Text;

namespace LiaisonStation.Gateway;

/// <summary>What stands at the door until the web app does.</summary>
internal static class Landing
{
    private const string Style =
        "body{font:16px/1.7 'Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#222;background:#fff}"
        + "h1{font-size:1.7rem;margin-bottom:0}[lang=en]{color:#595959;font-size:.92em}ol{padding-left:1.4rem}a{color:#a11a1a}";

    private const string Page =
        $"""
        <!doctype html>
        <html lang="zh-CN">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>代表联络站 · LiaisonStation</title>
        <style>{Style}</style>
        </head>
        <body>
        <main>
        <h1>代表联络站</h1>
        <p lang="en">LiaisonStation</p>
        <p>人大代表联络站的闭环工作系统：一件民情从收集到办结、评议、回访，每一步都有记录、可查证。</p>
        <p lang="en">The closed loop of a county's people's-congress liaison stations: from a resident's appeal to its handling, review and call-back, with every step on record.</p>
        <ol>
        <li><strong>问</strong>：收集、接单、梳理民情 <span lang="en">· Intake: appeals come in</span></li>
        <li><strong>议</strong>：提出、筛选、确定并议定议题 <span lang="en">· Deliberation: topics are set and discussed</span></li>
        <li><strong>督</strong>：交办、督办、反馈办理结果 <span lang="en">· Supervision: orders are referred and followed</span></li>
        <li><strong>评</strong>：一事一评、群众回访 <span lang="en">· Evaluation: each result is reviewed and called back on</span></li>
        </ol>
        <p>代表听取并反映您的意见，由有关单位依法办理，代表不直接处理问题。<br>
        <span lang="en">Deputies hear and pass on your opinion; the units responsible handle it by law.</span></p>
        <p><a href="/openapi/v1.json">接口文档（OpenAPI）</a> <span lang="en">API document</span> ·
        <a href="/health">系统健康状况</a> <span lang="en">Health</span></p>
        </main>
        </body>
        </html>
        """;

    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; frame-ancestors 'none'; base-uri 'none'";

    public static void MapLanding(this WebApplication app) => app
        .MapGet("/", (HttpResponse response) =>
        {
            response.Headers.ContentSecurityPolicy = Policy;
            return TypedResults.Text(Page, "text/html; charset=utf-8", Encoding.UTF8);
        })
        .AllowAnonymous().ExcludeFromDescription();
}
