using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using Npgsql;

namespace LiaisonStation.Intake;

/// <summary>Names and phone numbers of submitters. They stand here and nowhere else.</summary>
public static class Contacts
{
    public static void Keep(NpgsqlBatch batch, string township, Guid person, Contact? contact)
    {
        if (contact is not null)
        {
            batch.Add($"""
                insert into contacts values ({township}, {person}, {contact.Name.Trim()}, {contact.Phone?.Trim()})
                on conflict (tenant_id, person_id) do update set name = excluded.name, phone = coalesce(excluded.phone, contacts.phone)
                """);
        }
    }

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapGet("/{id:guid}/contact", Get)
        .RequireRole(Role.Station, Role.CongressOffice, Role.Deputy)
        .WithSummary("Who handed an appeal in, for whoever answers them");

    private static async Task<IResult> Get(Guid id, HttpContext http, StreamStore store)
    {
        var caller = http.Caller();
        if (await store.Load(Appeal.Stream, id, caller.Tenant, http.RequestAborted) is not { State: var appeal })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        if (!MayRead(appeal, caller))
        {
            return http.Problem(Refuse.Forbidden("addressed-to-another"));
        }

        FormattableString of = $"select name, phone from contacts where person_id = {appeal.Submitter}";
        var contact = await store.Query(
            caller.Tenant, of, r => new Contact(r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1)), http.RequestAborted);
        return contact is [var known] ? TypedResults.Ok(known) : http.Problem(Refuse.Unknown("contact-unknown"));
    }

    public static bool MayRead(Appeal appeal, Caller caller) =>
        caller.Roles.Any(r => r is Role.Station or Role.CongressOffice) || appeal.AddressedTo == caller.Person;
}
