using System.Diagnostics;
using System.Text;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace LiaisonStation.Relay.Tests;

/// <summary>One test's writer and two readers on the shared servers, in this process or in processes of their own.</summary>
public sealed class Town(Servers servers) : IAsyncDisposable
{
    public const string Tenant = "330225101";

    private readonly List<IHost> _hosts = [];
    private readonly List<ChildProcess> _children = [];
    private readonly DirectoryInfo _records = Directory.CreateTempSubdirectory("liaisonstation-relay-");

    public Notes Notes { get; } = new($"t{Guid.NewGuid():N}"[..9]);

    public string Left => Notes.Readers[0];

    public string Right => Notes.Readers[1];

    public string Errors => Topology.ErrorQueue(Notes.Queue(Left));

    public static async Task Eventually(Func<Task<bool>> holds, string what, int seconds = 120)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), $"Not within {seconds} s: {what}");
            await Task.Delay(100);
        }
    }

    public async Task<IHost> Start(ServiceModule module)
    {
        var host = Service.Build(module, Settings(module.Name).Select(s => KeyValuePair.Create(s.Key.Replace("__", ":"), (string?)s.Value)));
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    public Task<IHost> StartWriter() => Start(Notes.WriterModule);

    public Task<IHost> StartReader(string reader) => Start(Notes.ReaderModule(reader));

    public async Task<ChildProcess> StartProcess(string kind, string name)
    {
        var module = kind == "writer" ? Notes.Writer : name;
        var child = await ChildProcess.StartAsync(new ChildStart(
            kind, "/usr/bin/env", ["dotnet", typeof(Town).Assembly.Location, kind, name])
        {
            InheritEnvironment = true,
            // The configuration watches everything below the working folder.
            WorkingDirectory = _records.FullName,
            RecordFolder = _records.FullName,
            Environment = Settings(module),
        });
        _children.Add(child);
        return child;
    }

    public async Task Stop(IHost host)
    {
        _hosts.Remove(host);
        await host.StopAsync();
        host.Dispose();
    }

    public static async Task<Guid> Write(IHost writer, string text)
    {
        var id = Guid.CreateVersion7();
        var outcome = await writer.Services.GetRequiredService<StreamStore>().Write(
            Notes.Written, id, new Cause(Tenant, new EventHeaders("tester", "System", null, null)), _ => [new NoteWritten(text)]);
        Assert.Equal(OutcomeKind.Appended, outcome.Kind);
        return id;
    }

    public static async Task<List<Guid>> WriteMany(IHost writer, int count, string text = "写")
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(await Write(writer, text));
        }

        return ids;
    }

    /// <summary>Waits until each note was heard, and shows that none was heard twice.</summary>
    public async Task HeardOnce(string reader, IReadOnlyCollection<Guid> notes, int seconds = 120)
    {
        await Eventually(
            async () => (await Effects(reader)).Keys.Intersect(notes).Count() == notes.Count, $"{reader} hears {notes.Count} notes", seconds);
        var effects = await Effects(reader);
        Assert.All(notes, n => Assert.Equal(1, effects[n]));
    }

    /// <summary>How many events each note has left in a reader's store.</summary>
    public async Task<Dictionary<Guid, long>> Effects(string reader)
    {
        await using var connection = await Open(reader);
        await using var command = new NpgsqlCommand("select stream_id, count(*) from mt_events group by 1", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var effects = new Dictionary<Guid, long>();
        while (await rows.ReadAsync())
        {
            effects.Add(rows.GetGuid(0), rows.GetInt64(1));
        }

        return effects;
    }

    public async Task<T> Ask<T>(string database, string sql)
    {
        await using var connection = await Open(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public Task<long> Position() =>
        Ask<long>(Notes.Writer, "select coalesce((select last_seq_id from mt_event_progression where name = 'relay'), 0)");

    public async Task<NpgsqlConnection> Open(string database)
    {
        var connection = new NpgsqlConnection(servers.Postgres.ConnectionStringFor(database) + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    public async Task<T> OnBroker<T>(Func<IChannel, Task<T>> work)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(servers.Rabbit.Uri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await work(channel);
    }

    public Task SendRaw(string queue, string body, string? contentType = null) => OnBroker(async channel =>
    {
        var properties = new BasicProperties { ContentType = contentType, DeliveryMode = DeliveryModes.Persistent };
        await channel.BasicPublishAsync(queue, "", mandatory: true, properties, Encoding.UTF8.GetBytes(body));
        return true;
    });

    public async Task<bool> Knows(string queue) => await Count(queue) is not null;

    public Task<bool> IsMarked() => UnlessMissing(
        async channel =>
        {
            await channel.ExchangeDeclarePassiveAsync(Notes.Marker);
            return true;
        },
        false);

    public Task<bool> IsHeard(string queue) => OnBroker(async channel => await channel.ConsumerCountAsync(queue) > 0);

    public async Task<uint> Waiting(string queue) => await Count(queue) ?? 0;

    /// <summary>Takes all that is in an error queue now: body and headers as text.</summary>
    public Task<List<(string Body, Dictionary<string, string> Headers)>> TakeErrors(string reader) => OnBroker(async channel =>
    {
        var errors = new List<(string, Dictionary<string, string>)>();
        while (await channel.BasicGetAsync(Topology.ErrorQueue(Notes.Queue(reader)), autoAck: true) is { } got)
        {
            errors.Add((
                Encoding.UTF8.GetString(got.Body.Span),
                got.BasicProperties.Headers!.ToDictionary(
                    h => h.Key, h => h.Value is byte[] text ? Encoding.UTF8.GetString(text) : h.Value?.ToString() ?? "")));
        }

        return errors;
    });

    public static async Task<HealthReportEntry> Health(IHost host, string check) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries[check];

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        foreach (var child in _children)
        {
            await child.KillAsync();
            child.Dispose();
        }

        // The contract's exchange is every test's; the next test must not reach this one's queues.
        await servers.Rabbit.StartAsync();
        await OnBroker(async channel =>
        {
            await channel.ExchangeDeleteAsync("LiaisonStation.Relay.Tests:NoteTaken");
            await channel.ExchangeDeleteAsync(Notes.Marker);
            foreach (var queue in Notes.Readers.Select(Notes.Queue))
            {
                await channel.QueueDeleteAsync(queue);
                await channel.QueueDeleteAsync(Topology.ErrorQueue(queue));
            }

            return true;
        });
        _records.Delete(recursive: true);
    }

    private Task<uint?> Count(string queue) => UnlessMissing<uint?>(async channel => await channel.MessageCountAsync(queue), null);

    private Task<T> UnlessMissing<T>(Func<IChannel, Task<T>> work, T missing) => OnBroker(async channel =>
    {
        try
        {
            return await work(channel);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return missing;
        }
    });

    private Dictionary<string, string> Settings(string service) => new()
    {
        [$"ConnectionStrings__{service}"] = servers.Postgres.ConnectionStringFor(service),
        ["ConnectionStrings__messaging"] = servers.Rabbit.Uri,
    };
}
