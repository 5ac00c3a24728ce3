using System.Globalization;
using System.Net;
using System.Resources;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LiaisonStation.AppHost.Hosting;

/// <summary>A page on loopback: state, health, endpoints and restarts of every resource.</summary>
internal sealed class StatusPage : IAsyncDisposable
{
    public const string TokenHeader = "X-AppHost-Token";

    private static readonly ResourceManager Texts = new("LiaisonStation.AppHost.Hosting.StatusPage", typeof(StatusPage).Assembly);
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    private readonly WebApplication _app;

    private StatusPage(WebApplication app, string url)
    {
        _app = app;
        Url = url;
    }

    public string Url { get; }

    public static async Task<StatusPage> StartAsync(IReadOnlyList<Supervisor> supervisors, DataFolder data, bool mayAct)
    {
        var port = LoopbackPort.Kept(Path.Combine(data.Own, "port"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();

        // A page of another site must not read this one by giving its own name our address.
        app.Use((http, next) =>
        {
            if (http.Request.Host.Host is "127.0.0.1" or "localhost")
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return Task.CompletedTask;
        });
        app.MapGet("/", () => Results.Content(Html(supervisors), "text/html; charset=utf-8"));
        app.MapGet("/resources", () => supervisors.Select(Describe));
        if (mayAct)
        {
            // The token keeps out what a browser can be made to send.
            var token = PrivateFolder.Secret(Path.Combine(data.Own, "token"));
            app.MapPost("/resources/{name}/{act}", async (string name, string act, HttpContext http) =>
            {
                if (!CryptographicOperations.FixedTimeEquals(
                    Encoding.UTF8.GetBytes(http.Request.Headers[TokenHeader].ToString()), Encoding.UTF8.GetBytes(token)))
                {
                    return Results.StatusCode(StatusCodes.Status403Forbidden);
                }

                if (supervisors.FirstOrDefault(s => s.Name == name) is not { } supervisor)
                {
                    return Results.NotFound();
                }

                if (supervisor.Run is ExternalServer or RunningDatabase)
                {
                    return Results.Conflict();
                }

                switch (act)
                {
                    case "stop":
                        await supervisor.StopAsync();
                        break;
                    case "start":
                        supervisor.Start();
                        break;
                    case "kill":
                        await supervisor.Run.KillAsync();
                        break;
                    default:
                        return Results.NotFound();
                }

                return Results.Ok(Describe(supervisor));
            });
        }

        await app.StartAsync();
        return new StatusPage(app, ResourceBuilders.Url(port));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static ResourceReport Describe(Supervisor s) => new(
        s.Name, s.Kind, s.State.ToString(), s.State == ResourceState.Healthy, s.Reason, s.Run.Endpoints, s.Restarts,
        s.Run.ProcessId, s.Since, s.Run.Hint);

    private static string Html(IReadOnlyList<Supervisor> supervisors)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>{{Text("Title")}}</title>
            <style>
            body{font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1b;background:#fff}
            h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #ccc;vertical-align:top}
            small{color:#555}code{font-size:.85rem;overflow-wrap:anywhere}.Healthy{color:#0a6b2b}.Unhealthy,.Crashed{color:#a30000}.Waiting,.Starting,.Stopped{color:#6b4e00}
            </style></head><body><h1>{{Both("Title")}}</h1>
            <p>{{Both("Intro")}}</p>
            <table><thead><tr><th scope="col">{{Both("Resource")}}</th><th scope="col">{{Both("State")}}</th><th scope="col">{{Both("Endpoints")}}</th><th scope="col">{{Both("Restarts")}}</th><th scope="col">{{Both("Process")}}</th><th scope="col">{{Both("Since")}}</th></tr></thead><tbody>
            """);
        foreach (var s in supervisors)
        {
            var endpoints = string.Join("<br>", s.Run.Endpoints.Select(e => e.StartsWith("http:", StringComparison.Ordinal)
                ? $"<a href=\"{Escape(e)}\">{Escape(e)}</a>"
                : $"<code>{Escape(e)}</code>"));
            page.Append(CultureInfo.InvariantCulture, $"""
                <tr><th scope="row">{Escape(s.Name)}<br><small>{Escape(s.Kind)}</small></th>
                <td class="{s.State}">{Both(s.State.ToString())}{(s.Reason is { } reason ? $"<br><small>{Escape(reason)}</small>" : "")}</td>
                <td>{endpoints}{(s.Run.Hint is { } hint ? $"<br><code>{Escape(hint)}</code>" : "")}</td>
                <td>{s.Restarts}</td><td>{s.Run.ProcessId}</td><td>{s.Since.ToOffset(TimeSpan.FromHours(8)):HH:mm:ss}</td></tr>
                """);
        }

        return page.Append("</tbody></table></body></html>").ToString();
    }

    private static string Both(string key) => $"{Text(key)} <small lang=\"en\">{Escape(Texts.GetString(key, English) ?? key)}</small>";

    private static string Text(string key) => Escape(Texts.GetString(key, CultureInfo.InvariantCulture) ?? key);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}

internal sealed record ResourceReport(
    string Name, string Kind, string State, bool Healthy, string? Reason, IReadOnlyList<string> Endpoints, int Restarts,
    int? Pid, DateTimeOffset Since, string? Hint);
