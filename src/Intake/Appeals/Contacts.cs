using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
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
        .WithSummary("Who handed an appeal in: for whoever answers them, and for the unit by consent or need");

    private static async Task<IResult> Get(Guid id, HttpContext http, StreamStore store)
    {
        var caller = http.Caller();
        if (await store.Load(Appeal.Stream, id, caller.Tenant, http.RequestAborted) is not { State: var appeal })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        if (!MayRead(appeal, caller))
        {
            return http.Problem(Refuse.Forbidden(caller.IsUnit() ? "identity-not-disclosed" : "addressed-to-another"));
        }

        FormattableString of = $"select name, phone from contacts where person_id = {appeal.Submitter}";
        var kept = await store.Query(caller.Tenant, of, r => (Name: r.GetString(0), Phone: r.Word(1)), http.RequestAborted);
        var keys = await http.Keys(appeal.Submitter);
        return kept is [var known] && keys.Open(new(appeal.Submitter, known.Name)) is { } name
            ? TypedResults.Ok(new Contact(name, known.Phone is null ? null : keys.Open(new(appeal.Submitter, known.Phone))))
            : http.Problem(Refuse.Unknown("contact-unknown"));
    }

    public static bool MayRead(Appeal appeal, Caller caller) =>
        caller.Roles.Any(r => r is Role.Station or Role.CongressOffice) || appeal.Awaited == caller.Person
        || appeal.AcceptedBy == caller.Person || appeal.TellsIdentity(caller.Unit);
}
