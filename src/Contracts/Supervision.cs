namespace LiaisonStation.Contracts;

/// <summary>A unit reported one round of an order as handled; whether it is, the deputies say.</summary>
/// <param name="ReviewId">The review's stream id, derived from the order; one review runs through all rounds.</param>
/// <param name="Round">From 1.</param>
/// <param name="Unit">Registry id of the section that handled it.</param>
/// <param name="Group">Registry id of the supervision group that reviews it.</param>
/// <param name="HandledBy">Registry id of the person who reported; takes no part in the review.</param>
public sealed record HandlingReported(
    Guid CaseId, string CaseNumber, Guid OrderId, Guid ReviewId, int Round, PersonalText Title, Guid Unit, Guid Group,
    Guid HandledBy, string Summary);
