using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Contracts.Tests;

/// <summary>
/// What was once stored or said is read for ever: one approved sample of every version of every stored event and of every
/// contract, what the samples fold to, and every word of their enumerations.
/// </summary>
public sealed class SampleTests
{
    private const string Event =
        "An event that may have been stored is never changed: keep the old record under another name, give the new one its own version "
        + "(EventType.Of<New>().From<Old>(old => …)), and approve that one's sample. Only a type that was never released may be deleted here and approved anew.";

    private const string Contract =
        "Services of two releases talk to each other: say what is new in a contract of a new name, and keep this one until nobody hears it. "
        + "Only a contract that was never released may be deleted here and approved anew.";

    private const string State =
        "A state may change, what happened may not. If the state is meant to be so now, delete the file and approve it anew.";

    // They stand in messages, and are none.
    private static readonly Type[] Values = [typeof(PersonalText), typeof(Attachment), typeof(Limit), typeof(Milestone), typeof(PolicyTerms)];

    private static readonly ServiceModule[] Services =
        [Intake.Intake.Module, Deliberation.Deliberation.Module, Supervision.Supervision.Module, Evaluation.Evaluation.Module];

    private static readonly Type[] Contracts =
        [.. Services.SelectMany(s => s.Says).Select(s => s.Contract).Distinct().OrderBy(c => c.Name, StringComparer.Ordinal)];

    private static readonly Dictionary<string, (ServiceModule Service, EventType Event, EventVersion Version)> Stored = (
        from service in Services
        from type in service.Store.Events
        from version in type.Versions
        select (service, type, version)).ToDictionary(s => EventFile(s.service, s.version));

    private static readonly Dictionary<string, (ServiceModule Service, object Stream)> Streams = (
        from service in Services
        from type in service.Store.Events[0].Type.Assembly.GetTypes()
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Static)
        where property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(StreamType<,>)
        let stream = property.GetValue(null)!
        select (service, stream)).ToDictionary(s => $"{s.service.Name}/states/{Alias(s.stream)}.json");

    public static TheoryData<string> StoredFiles => [.. Stored.Keys];

    public static TheoryData<string> StreamFiles => [.. Streams.Keys];

    public static TheoryData<string> ContractNames => [.. Contracts.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(StoredFiles))]
    public void a_stored_event_keeps_its_json(string file)
    {
        var type = Stored[file].Version.Type;
        Approved.AssertIs(file, JsonNode.Parse(EventTypes.Write(Specimen.Of(type)))!, Event);
    }

    [Theory]
    [MemberData(nameof(StoredFiles))]
    public void an_approved_event_is_read_as_its_newest_version_with_nothing_lost(string file)
    {
        var (_, type, version) = Stored[file];
        var read = Read(file);
        Assert.IsType(type.Type, read);
        if (version.Alias == type.Alias)
        {
            Approved.AssertIs(file, JsonNode.Parse(EventTypes.Write(read))!, Event);
        }
    }

    [Theory]
    [MemberData(nameof(StreamFiles))]
    public void approved_events_of_every_version_fold_to_the_approved_state(string file)
    {
        var (service, stream) = Streams[file];
        var evolve = (Delegate)stream.GetType().GetProperty("Evolve")!.GetValue(stream)!;
        var takes = stream.GetType().GetGenericArguments()[1];
        var life = service.Store.Events.Where(e => e.Type.IsAssignableTo(takes)).ToList();
        Assert.NotEmpty(life);

        JsonNode Fold(EventVersion? older) => JsonNode.Parse(EventTypes.Write(life
            .Select(type => type.Versions.FirstOrDefault(v => v == older) ?? type.Versions[^1])
            .Aggregate((object?)null, (state, v) => evolve.DynamicInvoke(state, Read(EventFile(service, v))))!))!;

        Approved.AssertIs(file, Fold(null), State);
        foreach (var older in life.SelectMany(e => e.Versions.SkipLast(1)))
        {
            Approved.AssertIs($"{service.Name}/states/{Alias(stream)}.of.{older.Alias}.json", Fold(older), State);
        }
    }

    [Fact]
    public void every_stored_event_belongs_to_a_stream_that_folds_it() => Assert.Empty(
        from stored in Stored.Values
        where !Streams.Values.Any(s => stored.Event.Type.IsAssignableTo(s.Stream.GetType().GetGenericArguments()[1]))
        select stored.Event.Alias);

    [Theory]
    [MemberData(nameof(ContractNames))]
    public void a_contract_keeps_its_json(string name)
    {
        var type = Contracts.Single(c => c.Name == name);
        Approved.AssertIs(ContractFile(type), JsonSerializer.SerializeToNode(Specimen.Of(type), type, Envelope.Json)!, Contract);
    }

    [Theory]
    [MemberData(nameof(ContractNames))]
    public void an_approved_contract_is_read_with_nothing_lost(string name)
    {
        var type = Contracts.Single(c => c.Name == name);
        var read = Approved.Read(ContractFile(type)).Deserialize(type, Envelope.Json);
        Approved.AssertIs(ContractFile(type), JsonSerializer.SerializeToNode(read, type, Envelope.Json)!, Contract);
    }

    [Fact]
    public void every_message_among_the_contracts_is_said_by_somebody() => Assert.Equal(
        Contracts.Select(c => c.Name),
        typeof(PersonalText).Assembly.GetExportedTypes()
            .Where(t => t.IsClass && t is not { IsAbstract: true, IsSealed: true } && !Values.Contains(t))
            .Select(t => t.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Enumerations))]
    public void an_enumeration_that_is_stored_or_said_keeps_its_words(string file) => Approved.AssertIs(
        file, new JsonArray([.. Enum.GetNames(Enums[file]).Select(w => JsonValue.Create(w))]),
        "A word that may have been stored is never renamed or removed. If words were only added, delete the file and approve it anew.");

    [Fact]
    public void whatever_was_approved_is_still_known() => Assert.Empty(
        Directory.EnumerateFiles(Approved.Folder, "*.json", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Approved.Folder, f).Replace('\\', '/'))
            .Where(f => !f.Contains(".of.", StringComparison.Ordinal))
            .Except([.. Stored.Keys, .. Streams.Keys, .. Contracts.Select(ContractFile), .. Enums.Keys]));

    private static readonly Dictionary<string, Type> Enums = Contracts
        .Concat(Stored.Values.Select(s => s.Version.Type))
        .SelectMany(t => EnumsIn(t, []))
        .Distinct()
        .ToDictionary(t => $"words/{t.FullName}.json");

    public static TheoryData<string> Enumerations => [.. Enums.Keys];

    private static IEnumerable<Type> EnumsIn(Type type, HashSet<Type> seen) =>
        Nullable.GetUnderlyingType(type) is { } value ? EnumsIn(value, seen)
        : type.IsEnum ? [type]
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(t => EnumsIn(t, seen))
        : type.Assembly.GetName().Name!.StartsWith("LiaisonStation", StringComparison.Ordinal) && seen.Add(type)
            ? type.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(p => EnumsIn(p.PropertyType, seen))
            : [];

    private static object Read(string file)
    {
        var (service, _, version) = Stored[file];
        return new EventTypes(service.Store.Events).Read(1, Guid.Empty, version.Alias, Approved.Read(file).ToJsonString());
    }

    private static string EventFile(ServiceModule service, EventVersion version) => $"{service.Name}/{version.Alias}.json";

    private static string ContractFile(Type contract) => $"contracts/{contract.Name}.json";

    private static string Alias(object stream) => (string)stream.GetType().GetProperty("Alias")!.GetValue(stream)!;
}
