namespace LiaisonStation.Gateway;

/// <summary>Checkpoints for everybody to fetch and keep: what nobody outside holds cannot be proven.</summary>
internal static class Checkpoints
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static void MapCheckpoints(this WebApplication app)
    {
        app.MapGet("/checkpoints/{service}", (HttpContext http, string service, Services services, ServiceClient client) =>
            Get(http, service, "/checkpoints", services, client)).AllowAnonymous()
            .WithTags("door").WithName("checkpoint").WithSummary("一个服务最新的签名检查点 / A service's latest signed checkpoint")
            .Produces<string>(200, "text/plain").ProducesProblem(404);
        app.MapGet("/checkpoints/{service}/key", (HttpContext http, string service, Services services, ServiceClient client) =>
            Get(http, service, "/checkpoints/key", services, client)).AllowAnonymous()
            .WithTags("door").WithName("checkpointKey").WithSummary("验证其检查点的公钥 / The public key that verifies its checkpoints")
            .Produces<string>(200, "text/plain").ProducesProblem(404);
    }

    private static async Task<IResult> Get(HttpContext http, string name, string path, Services services, ServiceClient client)
    {
        if (services.Named(name) is not { } service)
        {
            return http.Problem(404, "not-found");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(Limit);
        try
        {
            var (answer, _) = await client.Send(
                service, replica => new HttpRequestMessage(HttpMethod.Get, replica.Root + path), limit.Token);
            using (answer)
            {
                return answer.IsSuccessStatusCode
                    ? TypedResults.Text(await answer.Content.ReadAsStringAsync(limit.Token), "text/plain; charset=utf-8")
                    : http.Problem(answer.StatusCode == System.Net.HttpStatusCode.NotFound ? 404 : 502,
                        answer.StatusCode == System.Net.HttpStatusCode.NotFound ? "not-found" : "service-broke-off", service.Name);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return http.Problem(502, "service-broke-off", service.Name);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return http.Problem(504, "service-silent", service.Name);
        }
    }
}
