namespace LiaisonStation.Contracts;

/// <summary>Words a resident wrote. The only form in which they may stand in an event or a message.</summary>
/// <param name="Person">Registry id of the person whose words they are.</param>
/// <param name="Text">The words.</param>
public sealed record PersonalText(Guid Person, string Text)
{
    /// <summary>Keeps the words out of logs and exception texts.</summary>
    public override string ToString() => $"PersonalText({Person})";
}
