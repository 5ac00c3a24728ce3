using System.Resources;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Relay.Tests;

public enum Mood
{
    Calm,
    Urgent,
}

/// <summary>The one contract of the tests: somebody wrote a note.</summary>
public sealed record NoteTaken(Guid NoteId, string Text, Mood Mood);

public sealed record NoteWritten(string Text);

public sealed record NoteHeard(string Text, Mood Mood);

public sealed record Note(string Text);

/// <summary>
/// A writer that says notes and two readers that hear them, all under one name of their own, so that tests that share servers
/// do not meet.
/// </summary>
public sealed record Notes(string Name)
{
    public static StreamType<Note, NoteWritten> Written { get; } = new("note", (_, e) => new Note(e.Text));

    public static StreamType<Note, NoteHeard> Heard { get; } = new("heard_note", (_, e) => new Note(e.Text));

    public string Writer => $"{Name}_writer";

    public string Marker => $"{Writer}-relay";

    public IReadOnlyList<string> Readers => [$"{Name}_left", $"{Name}_right"];

    public ServiceModule WriterModule => Module(
        Writer,
        EventType.Of<NoteWritten>(),
        [Says.To<NoteTaken>([.. Readers.Select(Queue)])],
        stored => stored.Data switch
        {
            NoteWritten { Text: "silent" } => null,
            NoteWritten { Text: "unpublishable" } => throw new InvalidOperationException("No message fits this event."),
            NoteWritten e => new NoteTaken(stored.Stream, e.Text, Mood.Urgent),
            _ => null,
        },
        []);

    public static string Queue(string reader) => $"{reader}-notes";

    public static ServiceModule ReaderModule(string reader) => Module(
        reader, EventType.Of<NoteHeard>(), [], _ => null, [Hears.On<WhenNoteTaken>(Queue(reader))]);

    private static ServiceModule Module(
        string name, EventType stored, IReadOnlyList<Says> says, Func<RecordedEvent, object?> publish, IReadOnlyList<Hears> hears) =>
        new(name, new StoreModule(name, [stored], [], [], []), says, publish, hears, _ => null,
            new ResourceManager(typeof(Notes)));
}

/// <summary>Stores what it hears; some texts make it fail.</summary>
public sealed class WhenNoteTaken(StreamStore store) : IConsumer<NoteTaken>
{
    public async Task Consume(ConsumeContext<NoteTaken> context)
    {
        var note = context.Message;
        switch (note.Text)
        {
            case "kills":
                Environment.FailFast("This note kills.");
                break;
            case "throws":
                throw new InvalidOperationException("This note throws.");
        }

        // Appends whatever the state: only the inbox stands between a repeat and a second effect.
        await store.Write(
            Notes.Heard, note.NoteId, context.Cause(), _ => [new NoteHeard(note.Text, note.Mood)],
            cancellation: context.CancellationToken);
    }
}
