using LiaisonStation.Contracts;

namespace LiaisonStation.Supervision;

/// <summary>A unit's handler or stand-in wrote what it is to report; nothing is reported before another of the unit signed it off.</summary>
/// <param name="HandledOn">Local date; it may lie before the day it was recorded.</param>
public sealed record ReportPrepared(
    int Round, Guid Unit, Guid PreparedBy, string Summary, DateOnly HandledOn, IReadOnlyList<Attachment> Attachments) : IOrderEvent;

public sealed record ReportNotSignedOff(int Round, Guid Unit, string Reason) : IOrderEvent;

/// <summary>An assisting unit reported its part.</summary>
/// <param name="HandledOn">Local date; it may lie before the day it was recorded.</param>
public sealed record AssistingReported(
    int Round, Guid Unit, Guid PreparedBy, Guid SignedOffBy, string Summary, DateOnly HandledOn) : IOrderEvent;

/// <summary>The lead unit reported the round as handled; whether it is, the deputies say.</summary>
/// <param name="Unit">The lead unit; the empty id where a county body handled it.</param>
/// <param name="Units">All that took part, the lead one first.</param>
/// <param name="Handlers">Registry ids of all who handled it in any round.</param>
/// <param name="SignedOffBy">Null where no sign-off was recorded.</param>
/// <param name="HandledOn">Local date; it may lie before the day it was recorded. Null where it was not recorded.</param>
/// <param name="Limit">The round's, with its extensions; once one has passed, that one, whatever was set after it.</param>
public sealed record HandlingReported(
    int Round, string CaseNumber, Guid ReviewId, Branch Branch, PersonalText Title, Guid Unit, IReadOnlyList<Guid> Units, Guid Group,
    IReadOnlyList<Guid> Handlers, IReadOnlyList<Guid> Recused, Guid? HandledBy, Guid? SignedOffBy, string Summary, DateOnly? HandledOn,
    Limit? Limit, IReadOnlyList<Attachment> Attachments) : IOrderEvent;
