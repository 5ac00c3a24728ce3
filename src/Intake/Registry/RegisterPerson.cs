using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using Npgsql;

namespace LiaisonStation.Intake.Registry;

/// <param name="Login">What the person signs in as, for good: the township's code, a hyphen, and a word.</param>
public sealed record RegisterPerson(
    [property: Text(50), RegularExpression("^[0-9]{9}-[a-z0-9][a-z0-9-]{0,39}$", ErrorMessage = "not-a-login")] string Login,
    [property: Text(50)] string Name,
    [property: Given, Known, Assignable] IReadOnlyList<Role> Roles,
    [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber,
    IReadOnlyList<Guid>? Groups = null, Guid? UnitId = null);

public static class RegisteringPerson
{
    public static Decision<IPersonEvent> Decide(Person? person, Guid id, RegisterPerson c, Belonging belonging) =>
        person is not null ? []
        : Assignment.Refused(c.Roles, c.Groups ?? [], c.UnitId, belonging) is { } refusal ? refusal
        : [new PersonRegistered(id, [.. c.Roles.Distinct()], [.. (c.Groups ?? []).Distinct()], c.UnitId, c.DocumentNumber)];

    /// <summary>The name goes into a table beside, in the same transaction.</summary>
    public static void Name(NpgsqlBatch batch, string township, Guid person, string login, string name) => batch.Add($"""
        insert into person_names values ({township}, {person}, {login}, {name.Trim()})
        """);

    public static void Map(RouteGroupBuilder people) => people
        .MapPost("/", Post)
        .RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Register a person with roles, groups and unit, by a document");

    private static async Task<IResult> Post(RegisterPerson c, HttpContext http, StreamStore store, TimeProvider time)
    {
        var caller = http.Caller();
        if (!c.Login.StartsWith($"{caller.Tenant}-", StringComparison.Ordinal))
        {
            return http.Malformed(("login", "of-another-township"));
        }

        var belonging = await Belonging.Of(store, caller.Tenant, c.Groups ?? [], c.UnitId, http.RequestAborted);
        var id = time.NewId();
        try
        {
            return await http.Found(
                Person.Stream, id, (p, _, _) => Decide(p, id, c, belonging), p => new Receipt(p.Id, 1),
                batch => Name(batch, caller.Tenant, id, c.Login, c.Name));
        }
        catch (PostgresException taken) when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "person_names_login_key" })
        {
            return http.Problem(Refuse.Rule("login-taken"));
        }
    }
}
