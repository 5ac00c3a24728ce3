namespace LiaisonStation.Contracts;

/// <summary>Deputies found the handling of a round wanting (退回整改): before conclusion.</summary>
/// <param name="Round">The round that is returned; the next one opens.</param>
public sealed record ReturnedForRectification(Guid CaseId, Guid OrderId, Guid ReviewId, int Round, string Reason);

/// <summary>Deputies found a round satisfying (归档办结). Not terminal: a call-back is owed.</summary>
public sealed record Concluded(Guid CaseId, Guid OrderId, Guid ReviewId, int Round);

/// <summary>The resident was called back and is not satisfied (重新启动督办): after conclusion.</summary>
/// <param name="Round">The round that was concluded; the next one opens.</param>
public sealed record SupervisionRestarted(Guid CaseId, Guid OrderId, Guid ReviewId, int Round, string Reason);

/// <summary>The resident was called back and is satisfied. The case ends.</summary>
public sealed record ClosedConfirmed(Guid CaseId, Guid OrderId, Guid ReviewId, int Round);

/// <summary>The resident was not reached in the attempts policy asks for. The case ends; it counts neither as called back nor as satisfied.</summary>
public sealed record ClosedUnreached(Guid CaseId, Guid OrderId, Guid ReviewId, int Round);

/// <summary>Somebody declared an interest while the matter was reviewed or called back (回避): they take no part in what follows either.</summary>
/// <param name="As">The role it was declared in.</param>
public sealed record RecusedFromReview(Guid CaseId, Guid ReviewId, Guid Person, Role As, string Ground);
