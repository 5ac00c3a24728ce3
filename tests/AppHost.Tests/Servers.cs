using System.Diagnostics;
using LiaisonStation.AppHost.Hosting;
using Npgsql;

namespace LiaisonStation.AppHost.Tests;

public sealed class Servers : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("liaisonstation 联络站 ");

    public Servers() => PrivateFolder.Passable(_temporary.FullName);

    public void Dispose() => _temporary.Delete(recursive: true);

    [Fact]
    public async Task postgresql_keeps_committed_rows_and_its_port_over_stop_kill_and_immediate_stop()
    {
        await using var server = new PostgresServer(Path.Combine(_temporary.FullName, "数据 库"));
        await server.StartAsync();
        var port = server.Port;
        await server.CreateDatabaseAsync("intake");
        await server.CreateDatabaseAsync("intake");
        await ExecuteAsync(server, "CREATE TABLE t (n int)");

        foreach (var end in new Func<Task>[] { () => server.StopAsync(), server.KillAsync, server.StopImmediateAsync })
        {
            await ExecuteAsync(server, "INSERT INTO t VALUES (1)");
            await end();
            Assert.Null(server.ProcessId);
            Assert.True(LoopbackPort.IsFree(port));
            await server.StartAsync();
        }

        Assert.Equal(3L, await ExecuteAsync(server, "SELECT count(*) FROM t"));
        Assert.Equal(port, server.Port);
    }

    [Fact]
    public async Task postgresql_asks_for_its_password_and_loses_nothing_it_confirmed()
    {
        await using var server = await PostgresServer.StartTemporaryAsync();
        var wrong = server.ConnectionString.Replace(server.Password, "wrong", StringComparison.Ordinal);
        await using var connection = new NpgsqlConnection(wrong + ";Pooling=false");
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync());
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
        foreach (var setting in new[] { "fsync", "synchronous_commit", "full_page_writes" })
        {
            Assert.Equal("on", await ExecuteAsync(server, $"SHOW {setting}", "postgres"));
        }
    }

    [Fact]
    public async Task rabbitmq_keeps_its_queues_and_its_port_over_stop_and_kill()
    {
        await using var server = new RabbitMqServer(Path.Combine(_temporary.FullName, "消息 队列"));
        await server.StartAsync();
        var uri = server.Uri;
        await server.ControlAsync("add_vhost", "kept");

        await server.StopAsync();
        Assert.True(LoopbackPort.IsFree(server.Port));
        await server.StartAsync();
        await server.KillAsync();
        Assert.True(LoopbackPort.IsFree(server.Port));
        await server.StartAsync();

        Assert.Contains("kept", await server.ControlAsync("list_vhosts"), StringComparison.Ordinal);
        Assert.Equal(uri, server.Uri);
    }

    [Fact]
    public async Task postgresql_runs_below_a_home_that_is_closed_to_its_user_and_goes_whole()
    {
        File.SetUnixFileMode(_temporary.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var folder = Path.Combine(_temporary.FullName, "postgres");
        await using (var server = new PostgresServer(folder))
        {
            await server.StartAsync();
            await server.CreateDatabaseAsync("kept");
            await server.StopAsync();
            await server.StartAsync();
            Assert.Equal(1, await ExecuteAsync(server, "SELECT 1", "kept"));
        }

        var elsewhere = new DirectoryInfo(Path.Combine(folder, "elsewhere")).LinkTarget;
        PrivateFolder.Delete(folder);
        Assert.False(Directory.Exists(folder));
        Assert.False(Directory.Exists(elsewhere));
    }

    [Fact]
    public async Task two_of_each_run_side_by_side()
    {
        var postgres = new[] { PostgresServer.StartTemporaryAsync(), PostgresServer.StartTemporaryAsync() };
        var rabbit = new[] { RabbitMqServer.StartTemporaryAsync(), RabbitMqServer.StartTemporaryAsync() };
        await Task.WhenAll([.. postgres, .. rabbit]);
        await using var first = await postgres[0];
        await using var second = await postgres[1];
        await using var third = await rabbit[0];
        await using var fourth = await rabbit[1];
        Assert.NotEqual(first.Port, second.Port);
        await third.ControlAsync("add_vhost", "only-here");
        Assert.DoesNotContain("only-here", await fourth.ControlAsync("list_vhosts"), StringComparison.Ordinal);
    }

    private static async Task<object?> ExecuteAsync(PostgresServer server, string sql, string database = "intake")
    {
        await using var connection = new NpgsqlConnection(server.ConnectionStringFor(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
