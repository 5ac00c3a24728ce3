using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using Npgsql;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Names and phone numbers of submitters, sealed as their words are. They stand here and nowhere else.</summary>
public static class Contacts
{
    public static void Keep(NpgsqlBatch batch, string township, Guid person, Contact? contact, KeyRing keys)
    {
        if (contact is not null)
        {
            var name = keys.Seal(person, contact.Name.Trim()).Sealed;
            var phone = contact.Phone is { } number ? keys.Seal(person, number.Trim()).Sealed : null;
            batch.Add($"""
                insert into contacts values ({township}, {person}, {name}, {phone})
                on conflict (tenant_id, person_id) do update set name = excluded.name, phone = coalesce(excluded.phone, contacts.phone)
                """);
        }
    }

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapGet("/{id:guid}/contact", Get)
        .RequireRole(Role.Station, Role.CongressOffice, Role.Deputy, Role.HandlingUnit, Role.TownGovernment)
        .WithSummary("Who handed an appeal in or joined it: for whoever answers or calls them; its submitter for the unit by consent or need");

    /// <param name="submitter">Whose, of those linked; its submitter's where left out.</param>
    private static async Task<IResult> Get(Guid id, HttpContext http, StreamStore store, Guid? submitter = null)
    {
        var caller = http.Caller();
        if (await store.Load(Appeal.Stream, id, caller.Tenant, http.RequestAborted) is not { State: var appeal })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var person = submitter ?? appeal.Submitter;
        if (!MayRead(appeal, person, caller))
        {
            return http.Problem(Refuse.Forbidden(caller.IsUnit() ? "identity-not-disclosed" : "addressed-to-another"));
        }

        FormattableString of = $"select name, phone from contacts where person_id = {person}";
        var kept = await store.Query(caller.Tenant, of, r => (Name: r.GetString(0), Phone: r.Word(1)), http.RequestAborted);
        var keys = await http.Keys(person);
        return appeal.Linked.Append(appeal.Submitter).Contains(person)
            && kept is [var known] && keys.Open(new(person, known.Name)) is { } name
                ? TypedResults.Ok(new Contact(name, known.Phone is null ? null : keys.Open(new(person, known.Phone))))
                : http.Problem(Refuse.Unknown("contact-unknown"));
    }

    /// <remarks>Consent and need are its submitter's: of who joined a unit learns nothing.</remarks>
    public static bool MayRead(Appeal appeal, Guid person, Caller caller) =>
        caller.Roles.Any(r => r is Role.Station or Role.CongressOffice) || appeal.Awaited == caller.Person
        || appeal.AcceptedBy == caller.Person || (person == appeal.Submitter && appeal.TellsIdentity(caller.Unit)) || MayCallBack(appeal, caller);

    // Any deputy may (domain.md 0.4), from the conclusion on and until the next round, but nobody of a unit or with an interest.
    private static bool MayCallBack(Appeal appeal, Caller caller) =>
        appeal is { WasConcluded: true, Stage: Stage.Concluded or Stage.Closed or Stage.Reopened }
        && caller.Roles.Any(Authority.For(Act.CallBack).Contains) && !caller.ActsForUnit() && !appeal.Recused.Contains(caller.Person);
}
