using System.Resources;
using LiaisonStation.EventStore;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonStation.ServiceDefaults;

/// <summary>A service's table of contents, written out by hand.</summary>
/// <param name="Store">What it stores and projects.</param>
/// <param name="Says">The contracts it publishes and the queues of everyone who hears them.</param>
/// <param name="Publish">Maps a stored event to the contract that tells others, or null. At most one message an event.</param>
/// <param name="Hears">Its queues and the consumers on each.</param>
/// <param name="Refusals">The words of its refusals and of what waits and is counted, Chinese with English beside.</param>
/// <param name="Figures">What it counts, for <c>GET /figures</c>.</param>
/// <param name="Shows">Whether a caller who may ask for a history is shown an event of it; null: all of it.</param>
/// <param name="Tells">
/// Whether a caller is told the history of a stream at all, by all that happened in it; null: everybody. What it leads on to is told all the same.
/// </param>
/// <param name="MakesKeys">It makes and destroys the keys of people's words and of files, and writes the files; any other service only opens with them.</param>
public sealed record ServiceModule(
    string Name, StoreModule Store, IReadOnlyList<Says> Says, Func<RecordedEvent, object?> Publish,
    IReadOnlyList<Hears> Hears, Func<RecordedEvent, StreamLink?> Links, ResourceManager Refusals,
    Action<IServiceCollection>? Services = null, bool MakesKeys = false,
    IReadOnlyList<FigureSource>? Figures = null, Func<Caller, RecordedEvent, bool>? Shows = null,
    Func<Caller, IReadOnlyList<RecordedEvent>, bool>? Tells = null);

/// <summary>A queue of this service and the consumers that share it.</summary>
public sealed record Hears(string Queue, IReadOnlyList<Type> Consumers)
{
    public static Hears On<TConsumer>(string queue)
        where TConsumer : class, IConsumer => new(queue, [typeof(TConsumer)]);

    public Hears And<TConsumer>()
        where TConsumer : class, IConsumer => this with { Consumers = [.. Consumers, typeof(TConsumer)] };
}

/// <summary>A stream that an event leads on to; the case's history follows these.</summary>
public sealed record StreamLink(string Service, Guid Stream);
