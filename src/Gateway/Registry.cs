using LiaisonStation.Contracts;

namespace LiaisonStation.Gateway;

/// <summary>A person as Intake's registry answers it.</summary>
/// <param name="Tenant">Nine-digit township, or the county's code ending in 000.</param>
internal sealed record Person(
    Guid Id, string Login, string Name, string Tenant, IReadOnlyList<Role> Roles, Guid? Unit, IReadOnlyList<Guid> Groups);

/// <summary>Asks Intake who somebody is, with a token of the Gateway's own.</summary>
internal sealed class Registry(Services services, ServiceClient client, InnerTokens tokens)
{
    private const int LongestLogin = 200;
    private const int PageSize = 500;

    /// <summary>Null: the registry knows no such login, or the person is no longer active.</summary>
    /// <exception cref="ServiceUnreachable">Intake cannot be asked.</exception>
    public async Task<Person?> SignIn(string login, CancellationToken cancel)
    {
        // A login of dots would climb out of the path it is put into.
        if (login is "" or "." or ".." || login.Length > LongestLogin || login.Any(char.IsControl))
        {
            return null;
        }

        var found = await client.Get<SignedIn>(
            services.Intake, "/registry/sign-in/" + Uri.EscapeDataString(login), tokens.OwnToken(), cancel);
        return found is null
            ? null
            : new Person(found.PersonId, login, found.Name, found.Tenant, Known(found.Roles), found.Unit, found.Groups);
    }

    /// <summary>Everybody active who holds a role, of the whole county.</summary>
    public async Task<IReadOnlyList<Person>> People(Role? role, CancellationToken cancel)
    {
        var people = new List<Person>();
        var question = $"/registry/people?size={PageSize}" + (role is null ? "" : $"&role={role}");
        for (string? after = ""; after is not null;)
        {
            var page = await client.Get<Page>(
                services.Intake, question + (after is "" ? "" : "&after=" + Uri.EscapeDataString(after)), tokens.OwnToken(), cancel);
            people.AddRange((page?.Items ?? []).Where(entry => entry.Active)
                .Select(entry => new Person(
                    entry.Id, entry.Login, entry.Name, entry.Township, Known(entry.Roles), entry.UnitId, entry.Groups))
                .Where(person => person.Roles is not []));
            after = page?.Next;
        }

        return people;
    }

    /// <summary>The role System is no person's, whatever the registry says; one this build does not know gives no right.</summary>
    private static IReadOnlyList<Role> Known(IReadOnlyList<string> roles) =>
        [.. roles.Where(role => Enum.IsDefined(typeof(Role), role)).Select(Enum.Parse<Role>).Where(role => role != Role.System)];

    private sealed record SignedIn(
        Guid PersonId, string Name, string Tenant, IReadOnlyList<string> Roles, Guid? Unit, IReadOnlyList<Guid> Groups);

    private sealed record Page(IReadOnlyList<Entry> Items, string? Next);

    private sealed record Entry(
        Guid Id, string Login, string Name, string Township, IReadOnlyList<string> Roles, Guid? UnitId, IReadOnlyList<Guid> Groups,
        bool Active);
}
