namespace LiaisonStation.Contracts;

/// <summary>Words a resident wrote. The only form in which they may stand in an event or a message: readable with that person's key alone.</summary>
/// <param name="Person">Registry id of the person whose words they are.</param>
/// <param name="Sealed">
/// Base64 of a version byte (1), a nonce of 12 bytes, a tag of 16 bytes, and the words in UTF-8, sealed by AES-256-GCM under the
/// person's key. It is bound to the version byte and, after it, <c>township/person</c> in UTF-8.
/// </param>
public sealed record PersonalText(Guid Person, string Sealed)
{
    /// <summary>Nothing that was sealed belongs into logs and exception texts.</summary>
    public override string ToString() => $"PersonalText({Person})";
}
