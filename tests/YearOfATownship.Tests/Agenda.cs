using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using LiaisonStation.Tests;

namespace LiaisonStation.YearOfATownship.Tests;

/// <summary>What is done on which day; the clock is moved to each when its turn comes.</summary>
public sealed class Agenda(MovedClock clock)
{
    private static readonly TimeSpan Opening = TimeSpan.FromHours(9);

    private readonly PriorityQueue<Func<Task>, (DateOnly Day, int Order)> _entries = new();
    private int _order;

    public DateOnly Today => BusinessTime.DateOf(clock.GetUtcNow());

    /// <summary>May be called by what is done too, for a later day or the same.</summary>
    public void On(DateOnly day, Func<Task> act) => _entries.Enqueue(act, (day, _order++));

    public async Task Live()
    {
        while (_entries.TryDequeue(out var act, out var at))
        {
            var opening = BusinessTime.StartOf(at.Day) + Opening;
            if (opening > clock.GetUtcNow())
            {
                clock.MoveTo(opening);
            }

            await act();
        }
    }
}
