using FsCheck;
using FsCheck.Fluent;

namespace LiaisonStation.Machine.Tests;

/// <summary>
/// Walks over the machine that look for what was seldom done: of the commands a matter allows, and of those it does not, the least
/// visited are the likeliest.
/// </summary>
public sealed class Walks(Visits visits)
{
    private const int Longest = 90;

    // A call-back is tried on different days, and no limit of a walk may pass meanwhile.
    private const int MostDays = 4;

    public Arbitrary<Walk> Arbitrary => Arb.From(
        from seed in Gen.Choose(0, int.MaxValue)
        select Of(new Random(seed)), Walk.Shrink);

    /// <summary>From what is missing to the nearest that is missing still; null where nothing is.</summary>
    public Walk? ToWhatIsMissing()
    {
        var (item, commands, days, planned) = (Item.New, new List<Command>(), 0, new Dictionary<(string, Command, bool), int>());
        while (commands.Count < Longest && Nearest(item, days < MostDays, IsMissing) is { } way)
        {
            foreach (var command in way)
            {
                var visit = Visits.Of(item, command);
                planned[visit] = planned.GetValueOrDefault(visit) + 1;
                commands.Add(command);
                days += command == Command.AttemptCallBack ? 1 : 0;
                item = Machine.After(item, command) ?? item;
            }
        }

        return commands.Count == 0 ? null : new(commands, new HashSet<int>());

        bool IsMissing((string, Command, bool) visit) => visits[visit] + planned.GetValueOrDefault(visit) < Visits.Wanted(visit);
    }

    // Breadth first. What is not allowed leads nowhere, so all of it that is missing where one stands comes first.
    private static List<Command>? Nearest(Item from, bool hasDays, Func<(string, Command, bool), bool> isMissing)
    {
        var reached = new Dictionary<Item, (Item From, Command By)?> { [from] = null };
        var queue = new Queue<Item>([from]);
        while (queue.TryDequeue(out var item))
        {
            var (legal, illegal) = Split(item, hasDays);
            Command[] missing = [.. illegal.Where(c => isMissing(Visits.Of(item, c))), .. legal.Where(c => isMissing(Visits.Of(item, c))).Take(1)];
            if (missing.Length > 0)
            {
                var way = new List<Command>(missing);
                for (; reached[item] is { } step; item = step.From)
                {
                    way.Insert(0, step.By);
                }

                return way;
            }

            foreach (var command in legal)
            {
                if (reached.TryAdd(Machine.After(item, command)!, (item, command)))
                {
                    queue.Enqueue(Machine.After(item, command)!);
                }
            }
        }

        return null;
    }

    private Walk Of(Random random)
    {
        var (item, commands, twice, days) = (Item.New, new List<Command>(), new HashSet<int>(), 0);
        while (commands.Count < Longest)
        {
            var (legal, illegal) = Split(item, days < MostDays);
            if (legal.Count == 0)
            {
                // It is over: a few more that it does not allow.
                commands.AddRange(Enumerable.Range(0, 4).Select(_ => Seldom(illegal, item, random)));
                break;
            }

            var command = Seldom(random.Next(10) < 3 ? illegal : legal, item, random);
            if (Machine.After(item, command) is { } next)
            {
                days += command == Command.AttemptCallBack ? 1 : 0;
                item = next;
                if (random.Next(8) == 0)
                {
                    twice.Add(commands.Count);
                }
            }

            commands.Add(command);
        }

        return new(commands, twice);
    }

    private static (List<Command> Legal, List<Command> Illegal) Split(Item item, bool hasDays)
    {
        var all = Machine.Commands.Where(c => hasDays || c != Command.AttemptCallBack).ToLookup(c => Machine.After(item, c) is not null);
        return ([.. all[true]], [.. all[false]]);
    }

    private Command Seldom(List<Command> commands, Item item, Random random)
    {
        var weights = commands.Select(c => 1.0 / (1 + visits[Visits.Of(item, c)])).ToArray();
        var drawn = random.NextDouble() * weights.Sum();
        for (var i = 0; i < weights.Length; i++)
        {
            if ((drawn -= weights[i]) < 0)
            {
                return commands[i];
            }
        }

        return commands[^1];
    }
}
