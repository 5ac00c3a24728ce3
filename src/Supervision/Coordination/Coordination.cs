using LiaisonStation.Contracts;

namespace LiaisonStation.Supervision;

/// <summary>Branch B: a section of the town follows the matter up with a county department, which nobody here orders.</summary>
/// <param name="Limit">The round's; no red light against the department.</param>
/// <param name="ReportBy">By when the section reports its first contact.</param>
public sealed record CoordinationOpened(
    int Round, Guid CaseId, string CaseNumber, Guid TopicId, PersonalText Title, Guid Section, string Counterpart, Guid Group,
    string Content, Limit Limit, int ReportEveryWorkingDays, Limit ReportBy, IReadOnlyList<Guid> Recused, DateTimeOffset ReferredAt)
    : IOrderEvent;

/// <summary>The section reported its contact with the department, or how the matter gets on there.</summary>
/// <param name="HappenedOn">Local date; it may lie before the day it was recorded.</param>
/// <param name="NextBy">By when it reports again.</param>
public sealed record CoordinationReported(
    int Round, Guid Unit, CoordinationKind Kind, string Content, DateOnly HappenedOn, IReadOnlyList<Attachment> Attachments, Limit NextBy)
    : IOrderEvent;

public enum CoordinationKind
{
    Contact,
    Progress,
}

/// <summary>By when the section reports in a round that opened anew.</summary>
public sealed record ReportingDue(int Round, Limit ReportBy) : IOrderEvent;

/// <summary>The section did not report in time. Once for each report it owes.</summary>
public sealed record ReportingOverdue(int Round, Guid Unit, DateTimeOffset DueAt) : IOrderEvent;

/// <param name="Counterpart">The county department's name.</param>
/// <param name="ReportBy">Null in a later round that was opened before one was set for it.</param>
/// <param name="IsOverdue">The report owed at <paramref name="ReportBy"/> is late, and that was stated.</param>
public sealed record CountyContact(string Counterpart, int ReportEveryWorkingDays, Limit? ReportBy, bool IsOverdue = false);
