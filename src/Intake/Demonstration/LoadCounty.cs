using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.ContactPoints;
using LiaisonStation.Intake.Receptions;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace LiaisonStation.Intake.Demonstration;

/// <summary>
/// Loads the demonstration county at start where <c>Demo=true</c>, in Development only; the service is not ready before it stands.
/// </summary>
public sealed partial class LoadCounty(
    StoreDatabase database, StreamStore store, IConfiguration configuration, IHostEnvironment environment, TimeProvider time,
    ILogger<LoadCounty> log) : BackgroundService, IHealthCheck
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly bool _wanted = configuration.GetValue<bool>("Demo") && environment.IsDevelopment();
    private volatile bool _loaded;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_loaded || !_wanted ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("the demonstration county is being loaded"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_wanted)
        {
            return;
        }

        await database.WhenOpen(stoppingToken);
        while (!_loaded)
        {
            try
            {
                var began = time.GetTimestamp();
                var people = await Load(store, County.Read(), stoppingToken);
                await LoadReceptions(store, County.Read(), BusinessTime.DateOf(time.GetUtcNow()), stoppingToken);
                _loaded = true;
                Loaded(people, (long)time.GetElapsedTime(began).TotalMilliseconds);
            }
            catch (NpgsqlException e) when (!stoppingToken.IsCancellationRequested)
            {
                WillTryAgain(e);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    public static async Task<int> Load(StreamStore store, County county, CancellationToken cancellation)
    {
        var (units, groups, people) = (county.Units, county.Groups, county.People);
        var (unitKinds, groupKinds) = (units.ToDictionary(u => u.Id, u => u.Kind), groups.ToDictionary(g => g.Id, g => g.Kind));
        await Each(units, (u, stop) => store.Write(
            Unit.Stream, u.Id, By(u.Township), unit => RegisteringUnit.Decide(
                unit, u.Id, new RegisterUnit(u.Kind, u.Name, County.DocumentNumber, u.Parent), u.Parent is { } p ? unitKinds[p] : null),
            cancellation: stop), cancellation);
        await Each(groups, (g, stop) => store.Write(
            Group.Stream, g.Id, By(g.Township), group => RegisteringGroup.Decide(
                group, g.Id, new RegisterGroup(g.Kind, g.Name, County.DocumentNumber), g.Members),
            cancellation: stop), cancellation);
        await Each(people, (p, stop) => store.Write(
            Person.Stream, p.Id, By(p.Township), person => RegisteringPerson.Decide(
                person, p.Id, new RegisterPerson(p.Login, p.Name, p.Roles, County.DocumentNumber, p.Groups, p.Unit),
                new Belonging(groupKinds, p.Unit is { } unit ? unitKinds[unit] : null)),
            alongside: batch => RegisteringPerson.Name(batch, p.Township, p.Id, p.Login, p.Name), cancellation: stop), cancellation);
        return people.Count;
    }

    /// <summary>Contact points, and a year of receptions from a day on.</summary>
    public static async Task LoadReceptions(StreamStore store, County county, DateOnly today, CancellationToken cancellation)
    {
        var first = today.AddDays(PlanningReceptions.DaysBefore);
        await Each(county.Points, (p, stop) => store.Write(
            ContactPoint.Stream, p.Id, By(p.Township), point => OpeningContactPoint.Decide(
                point, p.Id, p.Township, new OpenContactPoint(ContactPointKind.Area, p.Name, today, County.DocumentNumber)),
            cancellation: stop), cancellation);
        await Each(county.Plans, (p, stop) => store.Write(
            ReceptionPlan.Stream, p.Id, By(p.Township), plan => PlanningReceptions.Decide(
                plan, p.Id,
                new PlanReceptions(
                    p.Group, ReceptionKind.Reception, p.Place, "上午9:00至11:00", "FREQ=MONTHLY;BYMONTHDAY=15",
                    first, first.AddYears(1).AddDays(-1), Deputies: p.Deputies),
                p.Deputies, pointKnown: true, today),
            cancellation: stop), cancellation);
    }

    private static Task Each<T, TState>(
        IReadOnlyList<T> all, Func<T, CancellationToken, Task<Outcome<TState>>> write, CancellationToken cancellation)
        where TState : class => Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (one, stop) =>
            {
                if ((await write(one, stop)) is { Kind: OutcomeKind.Refused or OutcomeKind.Stale or OutcomeKind.NotStorable } outcome)
                {
                    throw new InvalidOperationException($"The demonstration county breaks a rule: {outcome.Refusal?.Code}.");
                }
            });

    private static Cause By(string township) => new(township, new EventHeaders("intake", nameof(Role.System), null, null));

    [LoggerMessage(LogLevel.Information, "The demonstration county stands: {People} people, {Milliseconds} ms.")]
    private partial void Loaded(int people, long milliseconds);

    [LoggerMessage(LogLevel.Warning, "The demonstration county is not loaded yet; will try again.")]
    private partial void WillTryAgain(Exception e);
}
