using System.Text.Json;

namespace LiaisonStation.CaseLoop.Tests;

/// <summary>The demonstration people and bodies of one town who take part in the loop.</summary>
public sealed record Township(
    string Code, Guid SupervisionGroup, Guid TownGovernment, Guid Section, IReadOnlyList<Guid> Presidium,
    string Station, string Deputy, Guid DeputyId, string Office, string Recorder, string Government, string Handler,
    IReadOnlyList<string> Supervisors);
