using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.ServiceDefaults.Print;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

/// <summary>The call-back record (回访记录) and the closing notice (办结告知书) of an item, to print.</summary>
public static class PrintingReviews
{
    public static void Map(RouteGroupBuilder reviews, Role[] readers)
    {
        reviews.MapGet("/{id:guid}/callback-record", CallBackRecord).RequireRole(readers).Produces<string>(200, "text/html")
            .WithSummary("回访记录，可打印 / The call-back record, to print");
        reviews.MapGet("/{id:guid}/closing-notice", ClosingNotice).RequireRole([.. readers, Role.Resident]).Produces<string>(200, "text/html")
            .WithSummary("办结告知书，可打印 / The closing notice to the submitter, to print");
    }

    /// <summary>Who sends papers out here: the Presidium, in a street the work committee.</summary>
    internal static async Task<string> Issuer(this Township township, CancellationToken cancellation) =>
        (await township.Groups(GroupKind.Presidium, cancellation)).Select(g => g.Name).FirstOrDefault()
        ?? (await township.Units(UnitKind.StreetWorkCommittee, cancellation)).Select(u => u.Name).FirstOrDefault()
        ?? "人民代表大会主席团";

    /// <summary>The township a stream is in: the caller's, or one of the caller's county.</summary>
    internal static async Task<Township> TownshipOf(this HttpContext http, StreamStore store, Guid stream)
    {
        var tenant = http.Caller().Tenant;
        return new(store, tenant.EndsWith("000", StringComparison.Ordinal)
            ? await store.TownshipOf(stream, tenant, http.RequestAborted) ?? tenant
            : tenant);
    }

    private static async Task<IResult> CallBackRecord(HttpContext http, Guid id, StreamStore store, TimeProvider time)
    {
        var township = await http.TownshipOf(store, id);
        if (await store.Load(Review.Stream, id, township.Code, http.RequestAborted) is not { State: var review, Version: var version }
            || !review.IsShownTo(http.Caller()))
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        if (review.Rounds.All(r => r is { CallBack: null, Attempts: [] }))
        {
            return http.Problem(Refuse.State("call-back-not-made"));
        }

        var keys = await http.Keys([review.Title.Person, .. review.Rounds.SelectMany(r => r.Served).Select(s => s.Served)]);
        return await http.Print<CallBackRecordPage>(
            (nameof(CallBackRecordPage.Review), review),
            (nameof(CallBackRecordPage.Issuer), await township.Issuer(http.RequestAborted)),
            (nameof(CallBackRecordPage.Open), (Func<PersonalText, string>)(text => keys.Show(text).Text)),
            (nameof(CallBackRecordPage.Made), new MadeFrom(review.CaseNumber, id.ToString(), version, time.GetUtcNow())));
    }

    private static async Task<IResult> ClosingNotice(HttpContext http, Guid id, StreamStore store, TimeProvider time)
    {
        var (caller, township) = (http.Caller(), await http.TownshipOf(store, id));
        if (await store.Load(Review.Stream, id, township.Code, http.RequestAborted) is not { State: var review, Version: var version }
            || !review.IsShownTo(caller)
            || (caller.Role == Role.Resident && caller.Person != review.Title.Person))
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        if (!review.IsOver)
        {
            return http.Problem(Refuse.State("case-still-open"));
        }

        var keys = await http.Keys(review.Title.Person);
        var unit = await township.Unit(review.Rounds[^1].Unit, http.RequestAborted);
        var ended = (await store.Read(id, township.Code, http.RequestAborted))
            .Last(e => e.Data is ClosedConfirmed or ClosedUnreached or ReviewEnded).RecordedAt;
        return await http.Print<ClosingNoticePage>(
            (nameof(ClosingNoticePage.Review), review), (nameof(ClosingNoticePage.Title), keys.Show(review.Title).Text),
            (nameof(ClosingNoticePage.Unit), unit?.Name ?? (review.Branch == Branch.Escalation ? "县级有关部门" : "承办单位")),
            (nameof(ClosingNoticePage.Issuer), await township.Issuer(http.RequestAborted)),
            (nameof(ClosingNoticePage.On), BusinessTime.DateOf(ended)),
            (nameof(ClosingNoticePage.Made), new MadeFrom(review.CaseNumber, id.ToString(), version, time.GetUtcNow())));
    }
}

/// <summary>Words of verdicts and methods, as papers have them.</summary>
internal static class Spoken
{
    public static string Chinese(this Verdict verdict) => verdict switch
    {
        Verdict.Satisfied => "满意",
        Verdict.BasicallySatisfied => "基本满意",
        _ => "不满意",
    };

    public static string Chinese(this CallBackMethod method) => method == CallBackMethod.HomeVisit ? "上门回访" : "电话回访";
}
