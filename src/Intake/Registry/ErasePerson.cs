using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
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
/// destroyed, at once or as soon as the vault can be asked.
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
        FormattableString any = $"select 1 from appeals where tenant_id = {township} and linked @> array[{id}] limit 1";
        var handedIn = (await store.Query(township, any, r => 0, http.RequestAborted)).Count > 0;
        var answer = await http.Found(
            Person.Stream, id, (p, _, _) => Decide(p, id, c, handedIn), p => new Erased(p.Id),
            batch => Forget(batch, township, id, time.GetUtcNow()));
        return answer is not IStatusCodeHttpResult { StatusCode: StatusCodes.Status201Created } || await doomed.TryDestroy(township, id, file: null, http.RequestAborted)
            ? answer
            : TypedResults.Accepted((string?)null, new Erased(id));
    }

    private static void Forget(NpgsqlBatch batch, string township, Guid person, DateTimeOffset now)
    {
        batch.Add($"delete from contacts where tenant_id = {township} and person_id = {person}");
        batch.Add($"delete from person_names where tenant_id = {township} and person_id = {person}");
        batch.Add($"""
            update source_items set fingerprint = '' where tenant_id = {township}
                and appeal_id in (select id from appeals where tenant_id = {township} and submitter = {person})
            """);
        batch.Add($"insert into doomed_keys values ({township}, {person}, {now}) on conflict do nothing");
    }
}

public sealed record Erased(Guid Id);
