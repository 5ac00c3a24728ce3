using System.Globalization;

namespace LiaisonStation.AppHost.Hosting;

internal enum ResourceState
{
    Waiting,
    Starting,
    Healthy,
    Unhealthy,
    Crashed,
    Stopped,
}

/// <summary>How long to wait before the next start: longer each time, short again after a spell of health.</summary>
internal sealed class BackOff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private TimeSpan _next = First;

    public TimeSpan Next()
    {
        var now = _next;
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return now;
    }

    public void Reset() => _next = First;
}

/// <summary>Starts one resource when what it waits for is healthy, watches it, and starts it again when it ends.</summary>
internal sealed class Supervisor(string name, string kind, IRunnable run, Terminal terminal)
{
    private static readonly TimeSpan SpellOfHealth = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _firstHealthy = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BackOff _backOff = new();
    private volatile TaskCompletionSource _wish = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _wanted = true;

    public string Name => name;

    public string Kind => kind;

    public IRunnable Run => run;

    /// <summary>Set before the engine starts; databases need their server's supervisor first.</summary>
    public IReadOnlyList<Supervisor> WaitsFor { get; set; } = [];

    /// <summary>How many starts it takes at the least before this one may start; stopping goes the other way.</summary>
    public int Depth => WaitsFor.Count == 0 ? 0 : 1 + WaitsFor.Max(w => w.Depth);

    public ResourceState State { get; private set; } = ResourceState.Waiting;

    public string? Reason { get; private set; }

    public DateTimeOffset Since { get; private set; } = TimeProvider.System.GetUtcNow();

    public int Restarts { get; private set; }

    public Task FirstHealthy => _firstHealthy.Task;

    /// <summary>Runs until cancelled. Throws <see cref="ServerException"/> where the very first start cannot succeed.</summary>
    public async Task SuperviseAsync(CancellationToken cancel)
    {
        if (WaitsFor.Count > 0)
        {
            Become(ResourceState.Waiting, "for " + string.Join(", ", WaitsFor.Select(w => w.Name)));
            await Task.WhenAll(WaitsFor.Select(w => w.FirstHealthy)).WaitAsync(cancel);
        }

        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var changed = _wish;
            if (!_wanted)
            {
                Become(ResourceState.Stopped);
                await changed.Task.WaitAsync(cancel);
                continue;
            }

            var failure = await OnceAsync(cancel);
            if (!_wanted)
            {
                continue;
            }

            var pause = _backOff.Next();
            Restarts++;
            Become(ResourceState.Crashed, string.Create(
                CultureInfo.InvariantCulture, $"{failure}; start {Restarts + 1} in {pause.TotalSeconds} s"));
            await Task.WhenAny(changed.Task, Task.Delay(pause, cancel));
        }
    }

    /// <summary>Stays stopped until it is asked to start.</summary>
    public async Task StopAsync(bool kill = false)
    {
        _wanted = false;
        await (kill ? run.KillAsync() : run.StopAsync(StopGrace));
        Wish();
    }

    public void Start()
    {
        _backOff.Reset();
        _wanted = true;
        Wish();
    }

    private void Wish()
    {
        var old = _wish;
        _wish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        old.TrySetResult();
    }

    /// <summary>One life: from start to end. Returns why it ended.</summary>
    private async Task<string> OnceAsync(CancellationToken cancel)
    {
        Become(ResourceState.Starting);
        try
        {
            await run.StartAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException && _firstHealthy.Task.IsCompleted)
        {
            return e.Message;
        }

        DateTimeOffset? healthySince = null;
        while (!run.Exited.IsCompleted && _wanted)
        {
            var sick = await run.CheckAsync(cancel);
            if (run.Exited.IsCompleted || !_wanted)
            {
                break;
            }

            if (sick is null)
            {
                healthySince ??= TimeProvider.System.GetUtcNow();
                if (State != ResourceState.Healthy)
                {
                    Become(ResourceState.Healthy);
                }

                _firstHealthy.TrySetResult();
                if (TimeProvider.System.GetUtcNow() - healthySince > SpellOfHealth)
                {
                    _backOff.Reset();
                }
            }
            else
            {
                Become(State == ResourceState.Starting ? ResourceState.Starting : ResourceState.Unhealthy, sick);
                healthySince = null;
            }

            var pause = TimeSpan.FromSeconds(State == ResourceState.Starting ? 0.2 : 1);
            await Task.WhenAny(run.Exited, _wish.Task, Task.Delay(pause, cancel));
            cancel.ThrowIfCancellationRequested();
        }

        return run.Exited.IsCompleted
            ? "ended with " + (await run.Exited).ToString(CultureInfo.InvariantCulture)
            : "stopped";
    }

    private void Become(ResourceState state, string? reason = null)
    {
        var changed = state != State || (state == ResourceState.Crashed && reason != Reason);
        Reason = reason;
        if (!changed)
        {
            return;
        }

        var took = TimeProvider.System.GetUtcNow() - Since;
        var endpoints = string.Join(' ', run.Endpoints);
        State = state;
        Since = TimeProvider.System.GetUtcNow();
        terminal.Line("apphost", state switch
        {
            ResourceState.Healthy => string.Create(CultureInfo.InvariantCulture, $"{name} is healthy after {took.TotalSeconds:0.0} s {endpoints}").TrimEnd(),
            ResourceState.Starting => $"{name} is starting",
            ResourceState.Stopped => $"{name} is stopped",
            _ => $"{name} is {state.ToString().ToLowerInvariant()}: {reason}",
        });
    }
}
