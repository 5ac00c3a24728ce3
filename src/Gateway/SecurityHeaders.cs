using System.Buffers;

namespace LiaisonStation.Gateway;

internal static class SecurityHeaders
{
    public static void UseSecurityHeaders(this WebApplication app) => app.Use(async (http, next) =>
    {
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            if (!headers.ContainsKey("Content-Security-Policy"))
            {
                headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            }

            // Everything but the landing page is somebody's matter or changes by the second.
            headers.CacheControl = http.Request.Path == "/" ? "no-cache" : "no-store";
            return Task.CompletedTask;
        });
        await next(http);
    });
}

/// <summary>One id for a call, from the caller or given here, on the answer and on the way to the service.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    public static void UseRequestId(this WebApplication app) => app.Use(async (http, next) =>
    {
        var asked = http.Request.Headers[Header].ToString();
        http.TraceIdentifier = asked.Length is > 0 and <= 64 && !asked.AsSpan().ContainsAnyExcept(Plain)
            ? asked
            : Guid.CreateVersion7().ToString("N");
        http.Response.OnStarting(() =>
        {
            http.Response.Headers[Header] = http.TraceIdentifier;
            return Task.CompletedTask;
        });
        await next(http);
    });

    public static string RequestId(this HttpContext http) => http.TraceIdentifier;
}
