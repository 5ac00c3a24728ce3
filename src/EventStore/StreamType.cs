namespace LiaisonStation.EventStore;

/// <summary>A kind of stream and how its state folds.</summary>
/// <param name="Alias">What <c>mt_streams.type</c> holds, snake_case: <c>appeal</c>.</param>
/// <param name="Evolve">Folds one event into the state; pure. The state is null before the first event.</param>
public sealed record StreamType<TState, TEvent>(string Alias, Func<TState?, TEvent, TState> Evolve)
    where TState : class
    where TEvent : class;
