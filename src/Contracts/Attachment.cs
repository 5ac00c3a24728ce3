namespace LiaisonStation.Contracts;

/// <summary>A file of the evidence store, named by what it holds.</summary>
/// <param name="Sha256">SHA-256 of the content as it was uploaded, lowercase hex.</param>
/// <param name="MediaType">As the content itself says, never as it was named.</param>
/// <param name="Size">Bytes.</param>
public sealed record Attachment(string Sha256, string MediaType, long Size);
