namespace LiaisonStation.EventStore;

/// <summary>The database or the role it was handed cannot be worked with; the message says what to change.</summary>
public sealed class StoreSetupException(string message) : Exception(message);
