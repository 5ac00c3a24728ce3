using System.Diagnostics;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace LiaisonStation.ServiceDefaults;

/// <summary>What the service hears, over MassTransit, and what it says, by the relay.</summary>
public static class Bus
{
    // A message that waits for the state it needs keeps its place, so there must be places for those that bring the state.
    private const int Places = 128;

    public static void AddBus(this IHostApplicationBuilder builder, ServiceModule module)
    {
        var broker = new Uri(builder.Configuration.GetConnectionString("messaging")
            ?? throw new InvalidOperationException("ConnectionStrings__messaging is not set: amqp://user:password@host:port"));
        if (module.Says.Count > 0)
        {
            builder.Services.AddRelay(new RelayModule(module.Name, broker, module.Says, module.Publish));
        }

        builder.Services.Configure<MassTransitHostOptions>(o =>
        {
            // The service starts without its broker, is not ready, and the bus keeps trying. Nothing is lost to a queue that is
            // not there yet: the relay declares every listener's queue before it publishes.
            o.WaitUntilStarted = false;
            o.StopTimeout = TimeSpan.FromSeconds(5);
            o.ConsumerStopTimeout = TimeSpan.FromSeconds(3);
        });
        // MassTransit's own check calls a broker that went away "degraded", which would be served as ready.
        builder.Services.AddHealthChecks().AddCheck<BusHealth>("messaging");
        builder.Services.PostConfigure<HealthCheckServiceOptions>(
            o => o.Registrations.Remove(o.Registrations.Single(r => r.Name == nameof(MassTransit))));
        builder.Services.AddHostedService(s => ActivatorUtilities.CreateInstance<BusWatch>(s, broker));
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            bus.ConfigureHealthCheckOptions(o => o.Name = nameof(MassTransit));
            foreach (var consumer in module.Hears.SelectMany(h => h.Consumers))
            {
                bus.AddConsumer(consumer);
            }

            bus.UsingRabbitMq((context, rabbit) =>
            {
                var (user, password) = broker.UserInfo.Split(':') is [var u, var p]
                    ? (Uri.UnescapeDataString(u), Uri.UnescapeDataString(p))
                    : throw new InvalidOperationException("ConnectionStrings__messaging names no user and password.");
                var virtualHost = broker.AbsolutePath is "/" or "" ? "/" : Uri.UnescapeDataString(broker.AbsolutePath[1..]);
                rabbit.Host(broker.Host, (ushort)(broker.IsDefaultPort ? 5672 : broker.Port), virtualHost, module.Name, h =>
                {
                    h.Username(user);
                    h.Password(password);
                    h.Heartbeat(TimeSpan.FromSeconds(10));
                });
                rabbit.ConfigureJsonSerializerOptions(_ => Envelope.Json);
                rabbit.SendTopology.ConfigureErrorSettings = ErrorQueueShape;
                rabbit.SendTopology.ConfigureDeadLetterSettings = ErrorQueueShape;
                rabbit.SendTopology.DeadLetterQueueNameFormatter = new SkippedAreErrors();
                foreach (var (queue, consumers) in module.Hears)
                {
                    rabbit.ReceiveEndpoint(queue, endpoint =>
                    {
                        Shape(endpoint, queue);
                        endpoint.PrefetchCount = Places;
                        endpoint.PublishFaults = false;
                        Retry(endpoint);
                        foreach (var consumer in consumers)
                        {
                            endpoint.ConfigureConsumer(context, consumer);
                        }
                    });
                }
            });
        });
    }

    /// <summary>What stands behind a write made in answer to a message: its tenant, its id as inbox key and as cause.</summary>
    /// <exception cref="UnreadableMessageException">It has no id or names no township.</exception>
    public static Cause Cause(this ConsumeContext message)
    {
        var queue = message.ReceiveContext.InputAddress.Segments[^1];
        var type = message.SupportedMessageTypes.First().Split(':')[^1];
        var id = message.MessageId ?? throw new UnreadableMessageException("The message has no id.");
        var tenant = message.Headers.Get<string>(Envelope.Tenant)
            ?? throw new UnreadableMessageException("The message names no township.");
        var service = message.GetPayload<IServiceProvider>().GetRequiredService<ServiceModule>().Name;
        return new Cause(
            tenant,
            new EventHeaders(
                service, nameof(Role.System), Unit: null, Activity.Current?.Id ?? message.Headers.Get<string>(Envelope.TraceParent)),
            message.CorrelationId?.ToString(),
            id.ToString(),
            new InboxKey($"{queue}:{type}", id));
    }

    private static void Shape(IRabbitMqReceiveEndpointConfigurator endpoint, string queue)
    {
        foreach (var (name, value) in Topology.ListenerArguments(queue))
        {
            endpoint.SetQueueArgument(name, value);
        }

        endpoint.BindDeadLetterQueue(Topology.ErrorQueue(queue), Topology.ErrorQueue(queue), ErrorQueueShape);
    }

    // MassTransit gives an error queue the arguments of its queue, which would dead-letter it into itself.
    private static void ErrorQueueShape(IRabbitMqQueueBindingConfigurator error)
    {
        foreach (var name in Topology.ListenerArguments("").Keys)
        {
            error.SetQueueArgument(name, null!);
        }

        foreach (var (name, value) in Topology.ErrorArguments)
        {
            error.SetQueueArgument(name, value!);
        }
    }

    private static void Retry(IReceiveEndpointConfigurator endpoint)
    {
        // No message is at fault when the database is away: wait for it, however long.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<NpgsqlException>(IsAway);
            retry.Exponential(int.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1));
        });
        // Some 40 s in all: long enough for a message that came before the one that brings the state it needs.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Ignore<NpgsqlException>(IsAway);
            retry.Ignore<UnreadableMessageException>();
            retry.Exponential(10, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(8), TimeSpan.FromMilliseconds(100));
        });
    }

    // What the server itself answers is another matter, unless it says that it will pass.
    private static bool IsAway(NpgsqlException e) => e is not PostgresException || e.IsTransient;

    private sealed class BusHealth(IBusControl bus) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var found = bus.CheckHealth();
            return Task.FromResult(found.Status == BusHealthStatus.Healthy
                ? HealthCheckResult.Healthy("connected")
                : HealthCheckResult.Unhealthy(found.Description));
        }
    }

    private sealed class SkippedAreErrors : IDeadLetterQueueNameFormatter
    {
        public string FormatDeadLetterQueueName(string queueName) => Topology.ErrorQueue(queueName);
    }
}

/// <summary>A message without what every message must carry; trying again would not help.</summary>
public sealed class UnreadableMessageException(string reason) : Exception(reason);
