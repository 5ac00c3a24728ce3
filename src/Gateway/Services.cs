using System.Collections.Immutable;

namespace LiaisonStation.Gateway;

/// <summary>The services behind the door and where their replicas listen.</summary>
internal sealed class Services(IConfiguration settings)
{
    /// <summary>In the order a case passes through them.</summary>
    public static readonly ImmutableArray<string> Names = ["intake", "deliberation", "supervision", "evaluation"];

    public IReadOnlyList<Service> All { get; } =
        [.. Names.Select(name => new Service(
            name,
            [.. settings.GetSection($"services:{name}:http").GetChildren()
                .OrderBy(replica => int.TryParse(replica.Key, out var n) ? n : int.MaxValue)
                .Where(replica => !string.IsNullOrWhiteSpace(replica.Value))
                .Select(replica => new Replica(new Uri(replica.Value!)))]))];

    public Service Intake => All[0];

    public Service? Named(string name) => All.FirstOrDefault(service => service.Name == name);
}

internal sealed class Service(string name, IReadOnlyList<Replica> replicas)
{
    private uint _turn;

    public string Name => name;

    public IReadOnlyList<Replica> Replicas => replicas;

    /// <summary>Every replica once, beginning with the next in turn; those that lately refused come last.</summary>
    public IEnumerable<Replica> InTurn()
    {
        var first = Interlocked.Increment(ref _turn);
        return Enumerable.Range(0, replicas.Count)
            .Select(n => replicas[(int)((first + (uint)n) % (uint)replicas.Count)])
            .OrderBy(replica => replica.Resting);
    }
}

internal sealed class Replica(Uri address)
{
    private static readonly long RestMilliseconds = 2_000;

    private long _restingUntil;

    /// <summary>Scheme, host and port alone, without a slash at the end.</summary>
    public string Root { get; } = address.GetLeftPart(UriPartial.Authority);

    public bool Resting => Environment.TickCount64 < Volatile.Read(ref _restingUntil);

    public void Rest() => Volatile.Write(ref _restingUntil, Environment.TickCount64 + RestMilliseconds);

    public void Answered() => Volatile.Write(ref _restingUntil, 0);
}
