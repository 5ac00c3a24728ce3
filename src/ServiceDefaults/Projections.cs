using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// <c>GET /projections</c>: how far each has come, and its last rebuild; <c>POST /projections/{name}/rebuild</c>: builds one anew
/// while it goes on being served. For auditors and services alone.
/// </summary>
public static class Projections
{
    internal static void MapProjections(this IEndpointRouteBuilder app)
    {
        app.MapGet("/projections", List).RequireRole(Role.Auditor, Role.System).ExcludeFromDescription();
        app.MapPost("/projections/{name}/rebuild", Rebuild).RequireRole(Role.Auditor, Role.System).ExcludeFromDescription();
    }

    private static async Task<Ok<IReadOnlyList<ProjectionProgress>>> List(HttpContext http, ProjectionRebuilder rebuilder) =>
        TypedResults.Ok(await rebuilder.ListAsync(http.RequestAborted));

    private static async Task<IResult> Rebuild(HttpContext http, string name, ProjectionRebuilder rebuilder) =>
        await rebuilder.RequestAsync(name, http.RequestAborted) switch
        {
            RebuildAnswer.Accepted => TypedResults.Accepted("/projections"),
            RebuildAnswer.NotRebuildable => http.Problem(Refuse.State("projection-not-rebuildable")),
            _ => http.Problem(Refuse.Unknown("not-found")),
        };
}
