namespace LiaisonStation.Contracts;

/// <summary>A limit and what ruled it. It ends at 24:00 Asia/Shanghai of its last day, and that instant is still before expiry.</summary>
/// <param name="From">Local date it counts from, not counted itself.</param>
/// <param name="WorkingDays">Working days of the national calendar; null where the date was set as such.</param>
/// <param name="DueOn">Its last day, local date; null while it reaches beyond the last calendar: it is fixed when that comes.</param>
/// <param name="WarnOn">The local date from which it is yellow; null while <paramref name="DueOn"/> is.</param>
/// <param name="Policy">The version of the policy that ruled it.</param>
public sealed record Limit(DateOnly From, int? WorkingDays, DateOnly? DueOn, DateOnly? WarnOn, string Policy);
