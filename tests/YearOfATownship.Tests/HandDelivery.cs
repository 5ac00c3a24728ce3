using System.Reflection;
using System.Text.Json;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonStation.Tests;

/// <summary>
/// Does without a broker what relay and bus do with one: every service's log is read in order, and each message it makes is given to the
/// consumers of every queue that hears it, over JSON. Twice, if wanted: that must change nothing.
/// </summary>
/// <param name="townships">The county's own code among them, where its bodies act. Whose messages are handed over; the rest of the county hears nothing.</param>
public sealed class HandDelivery(FourServices services, bool twice, params IReadOnlyList<string> townships)
{
    private readonly Dictionary<string, long> _positions = FourServices.Modules.ToDictionary(m => m.Name, _ => 0L);

    /// <summary>What these services have to say, and what others have to say to that, until nobody says anything any more.</summary>
    public async Task From(params IEnumerable<string> speakers)
    {
        for (var waiting = new Queue<string>(speakers); waiting.TryDequeue(out var speaker);)
        {
            foreach (var listener in await Of(FourServices.Modules.Single(m => m.Name == speaker)))
            {
                waiting.Enqueue(listener);
            }
        }
    }

    /// <returns>Who was told something.</returns>
    private async Task<IReadOnlyCollection<string>> Of(ServiceModule module)
    {
        var (log, told) = (services.Of(module.Name).GetRequiredService<LogReader>(), new HashSet<string>());
        var end = (await services.Store(module.Name).Query(
            "330225000", $"select coalesce(max(seq_id), 0) from mt_events", row => row.GetInt64(0)))[0];

        // While somebody else writes, what comes after them is not read yet.
        while (_positions[module.Name] < end)
        {
            var page = await log.ReadAsync(_positions[module.Name], 256);
            foreach (var stored in page.Events)
            {
                if (townships.Contains(stored.Tenant) && module.Publish(stored) is { } message)
                {
                    var queues = module.Says.Single(s => s.Contract == message.GetType()).Queues;
                    foreach (var listener in FourServices.Modules)
                    {
                        foreach (var (queue, consumers) in listener.Hears.Where(h => queues.Contains(h.Queue)))
                        {
                            told.Add(listener.Name);
                            await Hand(listener.Name, queue, consumers, stored, message);
                        }
                    }
                }
            }

            _positions[module.Name] = page.Position;
        }

        return told;
    }

    private async Task Hand(string service, string queue, IReadOnlyList<Type> consumers, RecordedEvent stored, object message)
    {
        var contract = message.GetType();
        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(message, contract, Envelope.Json), contract, Envelope.Json)!;
        foreach (var consumer in consumers.Where(c => typeof(IConsumer<>).MakeGenericType(contract).IsAssignableFrom(c)))
        {
            for (var time = 0; time < (twice ? 2 : 1); time++)
            {
                await using var scope = services.Of(service).CreateAsyncScope();
                var context = Answering.For(typeof(ConsumeContext<>).MakeGenericType(contract), (asked, arguments) => asked.Name switch
                {
                    "get_Message" => read,
                    "get_MessageId" => (Guid?)stored.Id,
                    "get_CorrelationId" => stored.Correlation is { } id ? Guid.Parse(id) : (Guid?)null,
                    "get_SentTime" => (DateTime?)stored.RecordedAt.UtcDateTime,
                    "get_SupportedMessageTypes" => new[] { MessageUrn.ForTypeString(contract) },
                    "get_CancellationToken" => CancellationToken.None,
                    "get_ReceiveContext" => Answering.For(typeof(ReceiveContext), (_, _) => new Uri($"loopback://by-hand/{queue}")),
                    "get_Headers" => Answering.For(typeof(Headers), (_, header) => (string)header[0]! == Envelope.Tenant ? stored.Tenant : null),
                    "TryGetPayload" => (arguments[0] = scope.ServiceProvider) is not null,
                    _ => throw new NotSupportedException($"A consumer asks for {asked.Name}."),
                });
                var consume = typeof(IConsumer<>).MakeGenericType(contract).GetMethod("Consume")!;
                await (Task)consume.Invoke(scope.ServiceProvider.GetRequiredService(consumer), [context])!;
            }
        }
    }

    /// <summary>An interface of which only what is asked for is answered.</summary>
    public class Answering : DispatchProxy
    {
        private Func<MethodInfo, object?[], object?> _answer = null!;

        public static object For(Type contract, Func<MethodInfo, object?[], object?> answer)
        {
            var proxy = Create(contract, typeof(Answering));
            ((Answering)proxy)._answer = answer;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args!);
    }
}
