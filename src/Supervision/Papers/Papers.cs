using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.ServiceDefaults.Print;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <summary>What goes out on paper: the 督办单, the filing of an extension, the month's 督办通报.</summary>
public static class Papers
{
    public static void Map(RouteGroupBuilder orders, params Role[] readers)
    {
        orders.MapGet("/{id:guid}/sheet", Sheet).RequireRole(readers).Produces<string>(200, "text/html")
            .WithSummary("督办单，可打印 / The order on paper");
        orders.MapGet("/{id:guid}/extensions/{number:int}/filing", Filing).RequireRole(readers).Produces<string>(200, "text/html")
            .WithSummary("延期审核备案表，可打印 / The filing of an extension on paper");
        orders.MapGet("/bulletin", MonthsBulletin).RequireRole(readers).Produces<string>(200, "text/html")
            .WithSummary("当月督办通报，可打印 / The month’s bulletin on paper");
    }

    private static async Task<IResult> Sheet(HttpContext http, Guid id, StreamStore store, TimeProvider time)
    {
        var found = await store.Load(Order.Stream, id, http.Caller().Tenant, http.RequestAborted);
        if (found?.State is not { Number: not null } order)
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var township = await http.TownshipOf(store, id);
        var title = (await http.Keys(order.Title.Person)).Show(order.Title);
        return await http.Print<OrderSheet>(
            (nameof(OrderSheet.Order), order), (nameof(OrderSheet.Title), title.Text),
            (nameof(OrderSheet.OnSite), (await township.Policy(time.GetUtcNow(), http.RequestAborted)).OnSiteWord switch
            {
                OnSiteWord.Questioning => "现场质询",
                _ => "现场询问",
            }),
            (nameof(OrderSheet.Names), await Names(http, township)), (nameof(OrderSheet.Issuer), await Issuer(http, township)),
            (nameof(OrderSheet.Made), new MadeFrom(order.CaseNumber, id.ToString(), found.Version, time.GetUtcNow())));
    }

    /// <param name="number">Its count in the order, over all rounds, from 1.</param>
    private static async Task<IResult> Filing(HttpContext http, Guid id, int number, StreamStore store, TimeProvider time)
    {
        var found = await store.Load(Order.Stream, id, http.Caller().Tenant, http.RequestAborted);
        if (found?.State is not { } order
            || order.Rounds.SelectMany(r => r.Extensions).ElementAtOrDefault(number - 1) is not { } extension
            || extension is { Approved: null, Refused: null })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var township = await http.TownshipOf(store, id);
        return await http.Print<ExtensionFiling>(
            (nameof(ExtensionFiling.Order), order), (nameof(ExtensionFiling.Extension), extension),
            (nameof(ExtensionFiling.Names), await Names(http, township)), (nameof(ExtensionFiling.Issuer), await Issuer(http, township)),
            (nameof(ExtensionFiling.Made), new MadeFrom(order.CaseNumber, id.ToString(), found.Version, time.GetUtcNow())));
    }

    /// <param name="month">Its first day, in Asia/Shanghai: <c>2026-03-01</c>.</param>
    private static async Task<IResult> MonthsBulletin(HttpContext http, DateOnly month, StreamStore store, TimeProvider time)
    {
        var first = new DateOnly(month.Year, month.Month, 1);
        var last = first.AddMonths(1).AddDays(-1);
        var (now, township) = (time.GetUtcNow(), new Township(store, http.Caller().Tenant));
        var asOf = BusinessTime.EndOf(last) is var end && end < now ? end : now;
        return await http.Print<Bulletin>(
            (nameof(Bulletin.From), first), (nameof(Bulletin.To), last),
            (nameof(Bulletin.Lines), await Lines(store, http.Caller().Tenant, first, asOf, http.RequestAborted)),
            (nameof(Bulletin.Names), await Names(http, township)), (nameof(Bulletin.Issuer), await Issuer(http, township)),
            (nameof(Bulletin.AsOf), BusinessTime.DateOf(now < end ? now : end.AddTicks(-1))), (nameof(Bulletin.Today), BusinessTime.DateOf(now)),
            (nameof(Bulletin.Made), new MadeFrom(null, "督办记录", null, now)));
    }

    /// <summary>Every order that was open in a month, or handled in it, as its history tells it up to a moment: printed again, it is the same.</summary>
    internal static async Task<IReadOnlyList<BulletinLine>> Lines(
        StreamStore store, string township, DateOnly first, DateTimeOffset asOf, CancellationToken cancellation)
    {
        var found = await store.Query(
            township,
            $"""
            select order_id from order_board
            where number is not null and issued_on <= {BusinessTime.DateOf(asOf)} and (handled_on is null or handled_on >= {first})
            order by issued_on, case_number
            """,
            row => row.GetGuid(0), cancellation);
        var lines = new List<BulletinLine>();
        foreach (var id in found)
        {
            var order = (await store.Read(id, township, cancellation))
                .Where(e => e.RecordedAt < asOf).Select(e => (IOrderEvent)e.Data).Aggregate((Order?)null, Order.Evolve);
            if (order is { Number: not null } && BulletinLine.Of(order) is var line && (line.HandledOn is null || line.HandledOn >= first)
                && (order.Stage != OrderStage.Ended || line.HandledOn >= first))
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    private static async Task<IReadOnlyDictionary<Guid, string>> Names(HttpContext http, Township township)
    {
        var names = new Dictionary<Guid, string>();
        foreach (var kind in new[] { UnitKind.TownGovernment, UnitKind.Section })
        {
            foreach (var unit in await township.Units(kind, http.RequestAborted))
            {
                names[unit.Id] = unit.Name;
            }
        }

        return names;
    }

    private static async Task<string> Issuer(HttpContext http, Township township) =>
        await township.Groups(GroupKind.Presidium, http.RequestAborted) is [var presidium, ..] ? presidium.Name
        : await township.Units(UnitKind.StreetWorkCommittee, http.RequestAborted) is [var committee, ..] ? committee.Name
        : "人民代表大会主席团";
}

/// <param name="Unit">Who owes it.</param>
/// <param name="HandledOn">Of the current round; null while that is open.</param>
/// <param name="WasOverdue">In any round.</param>
public sealed record BulletinLine(
    string Number, string Content, Guid? Unit, DateOnly IssuedOn, DateOnly? DueOn, DateOnly? HandledOn, OrderStage Stage, bool WasOverdue,
    string CaseNumber)
{
    public static BulletinLine Of(Order order) => new(
        order.Number!, order.Content, order.Owing, BusinessTime.DateOf(order.Rounds[0].OpenedAt), order.Round.Limit?.DueOn,
        order.Round.Report?.HandledOn, order.Stage, order.Rounds.Any(r => r.IsOverdue), order.CaseNumber);

    public bool IsInTime => HandledOn is { } handled && (DueOn is null || handled <= DueOn);

    public bool IsLate(DateOnly today) => HandledOn is null && DueOn < today;
}
