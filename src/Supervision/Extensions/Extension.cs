using LiaisonStation.Contracts;

namespace LiaisonStation.Supervision;

/// <summary>The section asked for more time, before expiry.</summary>
/// <param name="Extension">Counts in the round, from 1.</param>
public sealed record ExtensionRequested(int Round, int Extension, Guid Unit, string Ground, int WorkingDays) : IOrderEvent;

/// <summary>审核: the office looked at it and gave its opinion.</summary>
public sealed record ExtensionChecked(int Round, int Extension, bool Recommended, string Opinion) : IOrderEvent;

/// <summary>The chair approved it; it is filed (审核备案).</summary>
/// <param name="FilingNumber">The order's number with 延 and the extension's count in the order.</param>
/// <param name="DecidedOn">Local date.</param>
/// <param name="Limit">The round's from now on.</param>
public sealed record ExtensionApproved(int Round, int Extension, string FilingNumber, DateOnly DecidedOn, Limit Limit) : IOrderEvent;

/// <summary>The chair refused it; that is filed too.</summary>
public sealed record ExtensionRefused(int Round, int Extension, string FilingNumber, DateOnly DecidedOn, string Reason) : IOrderEvent;

public sealed record Extension(ExtensionRequested Requested)
{
    public ExtensionChecked? Checked { get; init; }

    public ExtensionApproved? Approved { get; init; }

    public ExtensionRefused? Refused { get; init; }

    /// <summary>The round was reported as handled before the chair decided.</summary>
    public bool HasLapsed { get; init; }

    public bool IsPending => this is { Approved: null, Refused: null, HasLapsed: false };
}
