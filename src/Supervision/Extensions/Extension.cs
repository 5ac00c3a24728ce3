using LiaisonStation.Contracts;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision;

/// <summary>The section asked for more time, before expiry.</summary>
/// <param name="Extension">Counts in the round, from 1.</param>
public sealed record ExtensionRequested(int Round, int Extension, Guid Unit, string Ground, int WorkingDays) : IOrderEvent;

/// <summary>审核: the office looked at it and gave its opinion.</summary>
public sealed record ExtensionChecked(int Round, int Extension, bool Recommended, string Opinion) : IOrderEvent;

/// <summary>It was approved, and filed (审核备案).</summary>
/// <param name="FilingNumber">The order's number with 延 and the extension's count in the order.</param>
/// <param name="By">The chair, or the body that decided in his place.</param>
/// <param name="Resolution">That body's meeting or commission; null where the chair decided.</param>
/// <param name="DecidedOn">Local date.</param>
/// <param name="Limit">The round's from now on.</param>
public sealed record ExtensionApproved(
    int Round, int Extension, string FilingNumber, Role By, Resolution? Resolution, DateOnly DecidedOn, Limit Limit) : IOrderEvent;

/// <summary>It was refused; that is filed too.</summary>
public sealed record ExtensionRefused(
    int Round, int Extension, string FilingNumber, Role By, Resolution? Resolution, DateOnly DecidedOn, string Reason) : IOrderEvent;

public sealed record Extension(ExtensionRequested Requested)
{
    public ExtensionChecked? Checked { get; init; }

    public ExtensionApproved? Approved { get; init; }

    public ExtensionRefused? Refused { get; init; }

    /// <summary>The round was reported as handled before it was decided.</summary>
    public bool HasLapsed { get; init; }

    public bool IsPending => this is { Approved: null, Refused: null, HasLapsed: false };
}
