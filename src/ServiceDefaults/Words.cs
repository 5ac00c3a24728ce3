namespace LiaisonStation.ServiceDefaults;

/// <summary>Chinese first, English beside.</summary>
public sealed record Words(string Zh, string En);
