using System.Collections.Concurrent;
using LiaisonStation.Contracts;
using LiaisonStation.Tests;
using Xunit.Abstractions;

namespace LiaisonStation.Authority.Tests;

/// <summary>Every route of every service, asked by every role, here and elsewhere, held against the matrix copied from domain.md 0.4.</summary>
public sealed class AuthorityTests(Township township, ITestOutputHelper output) : IClassFixture<Township>
{
    private static readonly IReadOnlyList<Line> Lines = Matrix.Read();
    private static readonly Role[] Roles = Enum.GetValues<Role>();

    [Fact]
    public void every_endpoint_has_a_line_in_the_matrix_and_every_line_an_endpoint()
    {
        var without = township.Endpoints.Where(e => LineOf(e) is null).Select(e => $"no line for   {e}");
        var stale = Lines.Where(l => !township.Endpoints.Any(e => Rules(l, e))).Select(l => $"no endpoint of {l.Operation}");
        None([.. without, .. stale]);
    }

    [Fact]
    public async Task who_is_not_signed_in_is_asked_to_unless_the_matrix_says_open() => None(await Each(
        async (endpoint, line) => (await township.AskUnsigned(endpoint)).Status == 401 == line.Open
            ? [$"nobody is signed in and {(line.Open ? "asked to" : "let in")}"]
            : [],
        withDoor: true));

    [Fact]
    public async Task no_role_does_what_the_table_denies_it()
    {
        var before = await township.Events();
        None(await Each(async (endpoint, line) =>
        {
            var wrong = new List<string>();
            foreach (var role in Roles.Except(line.Roles))
            {
                foreach (var elsewhere in new[] { false, true })
                {
                    var answer = await township.Ask(endpoint, role, elsewhere);
                    if (answer is not { Status: 403, Code: "role-not-allowed" })
                    {
                        wrong.Add($"{role}{(elsewhere ? " of elsewhere" : "")} is answered {answer.Status} {answer.Code}");
                    }
                }
            }

            return wrong;
        }));
        Assert.Equal(before, await township.Events());
    }

    // 503 is of a machine that has no broker here, of nobody's authority.
    [Fact]
    public async Task no_role_it_allows_is_told_that_it_may_not() => None(await Each(async (endpoint, line) =>
    {
        var wrong = new List<string>();
        foreach (var role in line.Roles)
        {
            var answer = await township.Ask(endpoint, role);
            if (answer is { Code: "role-not-allowed" } or { Status: 401 or (>= 500 and not 503) })
            {
                wrong.Add($"{role} is answered {answer.Status} {answer.Code}");
            }
        }

        return wrong;
    }));

    // What is another township's is answered as what is nowhere: nobody learns so much as that it is there.
    [Fact]
    public async Task nobody_of_another_township_gets_at_what_is_this_ones()
    {
        var before = await township.Events();
        None(await Each(async (endpoint, line) =>
        {
            var wrong = new List<string>();
            foreach (var role in line.Open ? [] : line.Roles)
            {
                var answer = await township.Ask(endpoint, role, elsewhere: true);
                var nothing = endpoint.OfOneThing ? await township.Ask(endpoint, role, elsewhere: true, Guid.CreateVersion7()) : answer;
                if (township.Things.Any(thing => answer.IsDone && answer.Text.Contains(thing, StringComparison.Ordinal))
                    || (endpoint.OfOneThing && answer.Code == "malformed")
                    || (answer.Status, answer.Code) != (nothing.Status, nothing.Code))
                {
                    wrong.Add($"{role} of elsewhere is answered {answer.Status} {answer.Text[..Math.Min(answer.Text.Length, 300)]}");
                }
            }

            return wrong;
        }));
        Assert.Equal(before, await township.Events());
    }

    // The county's own offices see what its townships do; only its bodies act there, and whoever speaks for themselves.
    [Fact]
    public async Task no_office_of_the_county_acts_for_a_townships()
    {
        var before = await township.Events();
        None(await Each(async (endpoint, line) =>
        {
            var wrong = new List<string>();
            foreach (var role in endpoint is { OfOneThing: true, Method: not "GET" } ? line.Roles.Where(r => r is not Role.Resident && !Township.IsOfTheCounty(r)) : [])
            {
                var answer = await township.AskFromCounty(endpoint, role);
                var nothing = await township.AskFromCounty(endpoint, role, Guid.CreateVersion7());
                if (answer.Status != 403 && (answer.IsDone || (answer.Status, answer.Code) != (nothing.Status, nothing.Code)))
                {
                    wrong.Add($"{role} of the county is answered {answer.Status} {answer.Code}, and for nothing {nothing.Status} {nothing.Code}");
                }
            }

            return wrong;
        }));
        Assert.Equal(before, await township.Events());
    }

    private static Line? LineOf(Endpoint endpoint) => Lines.SingleOrDefault(l => Rules(l, endpoint));

    private static bool Rules(Line line, Endpoint endpoint) =>
        endpoint.Operation == line.Operation.Replace("*", endpoint.Service, StringComparison.Ordinal);

    private async Task<IReadOnlyCollection<string>> Each(Func<Endpoint, Line, Task<IReadOnlyList<string>>> wrong, bool withDoor = false)
    {
        var found = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            township.Endpoints.Where(e => LineOf(e) is not null && (withDoor || !e.AtTheDoor)), new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (endpoint, _) =>
            {
                if (await wrong(endpoint, LineOf(endpoint)!) is { Count: > 0 } all)
                {
                    found.Add($"{endpoint}: {string.Join("; ", all)}");
                }
            });
        return found;
    }

    private void None(IReadOnlyCollection<string> wrong)
    {
        foreach (var one in wrong.Order(StringComparer.Ordinal))
        {
            output.WriteLine(one);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(40)));
    }
}
