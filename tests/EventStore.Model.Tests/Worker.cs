using System.Diagnostics;
using System.Text.Json;

namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>What a process of its own does until it kills itself at a point: it writes, hears, signs and rebuilds, all at once.</summary>
/// <param name="Hearing">The point counts only for the effect of a message, which is then not acknowledged.</param>
/// <param name="Nth">How often it comes to the point.</param>
/// <param name="FirstAct">Its acts have numbers from here on.</param>
internal sealed record Worker(Place Place, FaultPoint At, bool Hearing, int Nth, int FirstAct)
{
    private static readonly AsyncLocal<bool> Hears = new();

    /// <summary>Runs in a process of its own; each act is printed before it is asked for, and with its answer.</summary>
    public async Task RunAsync()
    {
        var met = 0;
        Faults.At = at =>
        {
            if (at == At && Hears.Value == Hearing && Interlocked.Increment(ref met) == Nth)
            {
                Process.GetCurrentProcess().Kill();
            }
        };
        await using var running = await RunningStore.StartAsync(Place);
        var (last, end) = (FirstAct - 1, Stopwatch.StartNew());
        await Task.WhenAll(
            [.. Enumerable.Range(0, 3).Select(_ => WhileAsync(WriteAsync)), WhileAsync(SignAsync), WhileAsync(RebuildAsync), HearAsync()]);

        async Task WhileAsync(Func<Task> work)
        {
            while (end.Elapsed < TimeSpan.FromSeconds(20))
            {
                await work();
            }
        }

        async Task WriteAsync()
        {
            var number = Interlocked.Increment(ref last);
            var act = new Act(
                number,
                new(number % 5, Choice.Enter, 1 + (number % 3), Expect.Any, number % 4 == 0 ? null : number, 0));
            Say(new(act, false, null));
            Say(new(act, true, await act.AttemptAsync(running.Store)));
        }

        async Task SignAsync()
        {
            await Task.Delay(100);
            await running.Get<Checkpoints>().SignNowAsync();
        }

        async Task RebuildAsync()
        {
            await running.Get<ProjectionRebuilder>().RequestAsync("tally");
            await running.Get<ProjectionRebuilder>().RequestAsync("balance");
            await Task.Delay(100);
        }

        async Task HearAsync()
        {
            Hears.Value = true;
            await using var listener = await Listener.OpenAsync(Place);
            await WhileAsync(async () =>
            {
                var messages = await listener.TakeAsync(5);
                foreach (var message in messages)
                {
                    await Listener.HearAsync(running.Store, message);
                }

                await listener.AcknowledgeAsync(messages, allButLast: false);
                await Task.Delay(messages.Length == 0 ? 5 : 0);
            });
        }
    }

    /// <summary>Starts it and waits for its death.</summary>
    /// <returns>What it was asked for, with the answers that it lived to give.</returns>
    public async Task<IReadOnlyList<(Act Act, Answer? Answer)>> KilledAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Worker).Assembly.Location, JsonSerializer.Serialize(this)])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            var said = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
            await process.WaitForExitAsync();
            Assert.Equal(128 + 9, process.ExitCode);

            // The last line may be cut off by its death.
            return [.. from line in said.Split('\n')[..^1]
                       let word = JsonSerializer.Deserialize<Word>(line)!
                       group word by word.Act.Number into words
                       select (words.First().Act, words.SingleOrDefault(w => w.Answered)?.Answer)];
        }
        finally
        {
            process.Kill();
        }
    }

    // One call each: lines of several writers never mix.
    private static void Say(Word word) => Console.Out.Write(JsonSerializer.Serialize(word) + "\n");

    private sealed record Word(Act Act, bool Answered, Answer? Answer);
}
