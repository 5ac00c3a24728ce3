using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using Npgsql;

namespace LiaisonStation.Intake.Registry;

/// <param name="DocumentNumber">The application, or the decision on it.</param>
public sealed record ErasePerson(
    [property: Known] ErasureGround Ground,
    [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber);

/// <summary>
/// Erases a person who handed something in: first the fact is stored, and with it contact details and name go; then their key is
/// destroyed and what they handed in with appeals is deleted, at once or as soon as vault and folder can be asked.
/// </summary>
public static class ErasingPerson
{
    /// <param name="handedIn">Whether anything of theirs was ever received.</param>
    public static Decision<IPersonEvent> Decide(Person? person, Guid id, ErasePerson c, bool handedIn) => person switch
    {
        { Erased: true } => [],
        null when !handedIn => Refuse.Unknown("not-found"),

        // Who decided what in an office must stay answerable.
        { HeldOffice: true } => Refuse.Rule("office-holder"),
        _ => [new PersonErased(id, c.Ground, c.DocumentNumber)],
    };

    public static void Map(RouteGroupBuilder people) => people
        .MapPost("/{id:guid}/erasure", Post)
        .RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Erase a resident, by a document: 201 when nothing of theirs opens any more, 202 when it soon will not");

    private static async Task<IResult> Post(Guid id, ErasePerson c, HttpContext http, StreamStore store, DoomedKeys doomed, TimeProvider time)
    {
        var township = http.Caller().Tenant;
        FormattableString theirs = $"select id from appeals where tenant_id = {township} and linked @> array[{id}]";
        var appeals = await store.Query(township, theirs, r => r.GetGuid(0), http.RequestAborted);
        var files = await AppealFiles.HandedIn(store, township, id, appeals, http.RequestAborted);
        var answer = await http.Found(
            Person.Stream, id, (p, _, _) => Decide(p, id, c, appeals.Count > 0), p => new Erased(p.Id),
            batch => Forget(batch, township, id, files, time.GetUtcNow()));
        if (answer is not IStatusCodeHttpResult { StatusCode: StatusCodes.Status201Created })
        {
            return answer;
        }

        var gone = await doomed.TryDestroy(township, id, file: null, http.RequestAborted);
        foreach (var file in files)
        {
            gone = await doomed.TryDestroy(township, FileStore.Owner(township, file), file, http.RequestAborted) && gone;
        }

        return gone ? answer : TypedResults.Accepted((string?)null, new Erased(id));
    }

    private static void Forget(NpgsqlBatch batch, string township, Guid person, IReadOnlyList<string> files, DateTimeOffset now)
    {
        batch.Add($"delete from contacts where tenant_id = {township} and person_id = {person}");
        batch.Add($"delete from person_names where tenant_id = {township} and person_id = {person}");
        batch.Add($"""
            update source_items set fingerprint = '' where tenant_id = {township}
                and appeal_id in (select id from appeals where tenant_id = {township} and submitter = {person})
            """);
        batch.Add($"insert into doomed_keys values ({township}, {person}, {now}) on conflict do nothing");
        foreach (var file in files)
        {
            batch.Add($"insert into doomed_keys values ({township}, {FileStore.Owner(township, file)}, {now}, {file}) on conflict do nothing");
        }
    }
}

public sealed record Erased(Guid Id);
