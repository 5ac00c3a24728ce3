using FsCheck;
using FsCheck.Fluent;
using LiaisonStation.Contracts;

namespace LiaisonStation.Machine.Tests;

/// <summary>
/// Walks over the machine that look for what was seldom done: of the commands a matter allows, and of those it does not, the least
/// visited are the likeliest.
/// </summary>
public sealed class Walks(Visits visits, int steps)
{
    private const int Longest = 90;

    // A call-back is tried on different days, and no limit of a walk may pass meanwhile.
    private const int MostDays = 4;

    private static readonly Role[] Roles = Enum.GetValues<Role>();

    /// <summary>
    /// Half of the steps at random; then what they did not come to is gone to on purpose, which comes to it in far fewer; the rest at
    /// random again. When nothing is missing and so many steps were walked, walks without a step.
    /// </summary>
    public Arbitrary<Walk> Arbitrary => Arb.From(
        from seed in Gen.Choose(0, int.MaxValue)
        select visits.Steps >= steps / 2 && visits.Missing.Any() ? ToWhatIsMissing()
            : visits.Steps < steps ? Of(new Random(seed))
            : new([]), Walk.Shrink);

    // From what is missing to the nearest that is missing still.
    private Walk ToWhatIsMissing()
    {
        var (place, asks, days, planned) = (Place.New, new List<Ask>(), 0, new int[Place.Possible.Count]);
        while (asks.Count < Longest && Nearest(place, days < MostDays, IsMissing) is { } way)
        {
            foreach (var step in way)
            {
                planned[step.Pair.Number]++;
                asks.Add(new(step.Pair.Command));
                days += step.Pair.Command == Command.AttemptCallBack ? 1 : 0;
                place = step.To ?? place;
            }
        }

        return new(asks);

        bool IsMissing(Pair pair) => visits[pair] + planned[pair.Number] < pair.Wanted;
    }

    // Breadth first. What is not allowed leads nowhere, so all of it that is missing where one stands comes first.
    private static List<Step>? Nearest(Place from, bool hasDays, Func<Pair, bool> isMissing)
    {
        var reached = new Dictionary<Place, (Place From, Step By)?> { [from] = null };
        var queue = new Queue<Place>([from]);
        while (queue.TryDequeue(out var place))
        {
            var missing = Open(place, hasDays).Where(s => isMissing(s.Pair)).ToLookup(s => s.Pair.Legal);
            if (missing.Count > 0)
            {
                List<Step> way = [.. missing[false], .. missing[true].Take(1)];
                for (; reached[place] is { } step; place = step.From)
                {
                    way.Insert(0, step.By);
                }

                return way;
            }

            foreach (var step in Open(place, hasDays))
            {
                if (step.To is { } next && reached.TryAdd(next, (place, step)))
                {
                    queue.Enqueue(next);
                }
            }
        }

        return null;
    }

    private Walk Of(Random random)
    {
        var (place, asks, days) = (Place.New, new List<Ask>(), 0);
        while (asks.Count < Longest)
        {
            var open = Open(place, days < MostDays).ToLookup(s => s.Pair.Legal);
            if (!open[true].Any())
            {
                // It is over: a few more that it does not allow.
                asks.AddRange(Enumerable.Range(0, 4).Select(_ => new Ask(Seldom(open[false], random).Pair.Command, Before: Anybody(random))));
                break;
            }

            var step = Seldom(open[random.Next(10) >= 3], random);
            if (step.To is { } next)
            {
                days += step.Pair.Command == Command.AttemptCallBack ? 1 : 0;
                place = next;
            }

            asks.Add(new(step.Pair.Command, step.To is not null && random.Next(8) == 0, Anybody(random)));
        }

        return new(asks);
    }

    private static Somebody? Anybody(Random random) =>
        random.Next(4) == 0 ? new(Roles[random.Next(Roles.Length)], random.Next(2) == 0) : null;

    private static IEnumerable<Step> Open(Place place, bool hasDays) =>
        place.Steps.Where(s => hasDays || s.Pair.Command != Command.AttemptCallBack);

    private Step Seldom(IEnumerable<Step> among, Random random)
    {
        var steps = among.Select(s => (Step: s, Weight: 1.0 / (1 + visits[s.Pair]))).ToArray();
        var drawn = random.NextDouble() * steps.Sum(s => s.Weight);
        return steps.FirstOrDefault(s => (drawn -= s.Weight) < 0, steps[^1]).Step;
    }
}
