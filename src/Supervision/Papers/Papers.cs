using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.ServiceDefaults.Print;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <summary>What goes out on paper: the 督办单, the filing of an extension, the notice that an item was ended, the month's 督办通报.</summary>
public static class Papers
{
    public static void Map(RouteGroupBuilder orders, params Role[] readers)
    {
        orders.MapGet("/{id:guid}/sheet", Sheet).RequireRole(readers).Produces<string>(200, "text/html")
            .WithSummary("督办单，可打印 / The order on paper");
        orders.MapGet("/{id:guid}/extensions/{number:int}/filing", Filing).RequireRole(readers).Produces<string>(200, "text/html")
            .WithSummary("延期审核备案表，可打印 / The filing of an extension on paper");
        orders.MapGet("/{id:guid}/ending-notice", Notice).RequireRole([.. readers, Role.Resident]).Produces<string>(200, "text/html")
            .WithSummary("终结告知书，可打印 / The notice to the submitter of an item that was ended, on paper");
        orders.MapGet("/bulletin", MonthsBulletin).RequireRole(readers).Produces<string>(200, "text/html")
            .WithSummary("当月督办通报，可打印 / The month’s bulletin on paper");
    }

    private static async Task<IResult> Sheet(HttpContext http, Guid id, StreamStore store, TimeProvider time)
    {
        var found = await http.Seen(store, id);
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
        var found = await http.Seen(store, id);
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

    private static async Task<IResult> Notice(HttpContext http, Guid id, StreamStore store, TimeProvider time)
    {
        var caller = http.Caller();
        if (await http.Seen(store, id) is not { State: var order, Version: var version }
            || (caller.Role == Role.Resident && caller.Person != order.Title.Person))
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        if (order.Ending is null)
        {
            return http.Problem(Refuse.State("item-not-ended"));
        }

        var township = await http.TownshipOf(store, id);
        var ended = (await store.Read(id, township.Code, http.RequestAborted)).Last(e => e.Data is ItemEnded).RecordedAt;
        return await http.Print<EndingNotice>(
            (nameof(EndingNotice.Order), order), (nameof(EndingNotice.Title), (await http.Keys(order.Title.Person)).Show(order.Title).Text),
            (nameof(EndingNotice.Issuer), await Issuer(http, township)), (nameof(EndingNotice.On), BusinessTime.DateOf(ended)),
            (nameof(EndingNotice.Made), new MadeFrom(order.CaseNumber, id.ToString(), version, time.GetUtcNow())));
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

    /// <summary>
    /// Every order that was in work in a month, however it ended in it, as its history tells it up to a moment: printed again, it is the
    /// same. What was recorded in the month belongs to it, whatever day it speaks of.
    /// </summary>
    public static async Task<IReadOnlyList<BulletinLine>> Lines(
        StreamStore store, string township, DateOnly first, DateTimeOffset asOf, CancellationToken cancellation)
    {
        var found = await store.Query(
            township,
            $"""
            select order_id from order_board
            where number is not null
              and (stage not in ({nameof(OrderStage.Handled)}, {nameof(OrderStage.Ended)}) or since >= {BusinessTime.StartOf(first)})
            """,
            row => row.GetGuid(0), cancellation);
        var lines = new List<BulletinLine>();
        foreach (var id in found)
        {
            var events = await store.Read(id, township, cancellation);
            if (BulletinLine.Of(Until(BusinessTime.StartOf(first)), Until(asOf)) is { } line)
            {
                lines.Add(line);
            }

            Order? Until(DateTimeOffset at) =>
                events.Where(e => e.RecordedAt < at).Select(e => (IOrderEvent)e.Data).Aggregate((Order?)null, Order.Evolve);
        }

        return [.. lines.OrderBy(l => l.IssuedOn).ThenBy(l => l.CaseNumber, StringComparer.Ordinal)];
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
/// <param name="IssuedOn">With this number.</param>
/// <param name="HandledOn">Of the current round, where it was reported in the month.</param>
/// <param name="IsInTime">It was, by the limit that counts.</param>
/// <param name="WasOverdue">In any round.</param>
public sealed record BulletinLine(
    string Number, string Content, Guid? Unit, DateOnly IssuedOn, DateOnly? DueOn, DateOnly? HandledOn, bool IsInTime, OrderStage Stage,
    bool WasOverdue, string CaseNumber)
{
    /// <param name="before">As it stood when the month began; null where there was none.</param>
    /// <returns>Null where nothing of it was in work in the month.</returns>
    public static BulletinLine? Of(Order? before, Order? order)
    {
        if (order is not { Number: { } number, Round: var round }
            || (before is { Stage: OrderStage.Handled or OrderStage.Ended }
                && (before.Stage, before.Round.Number) == (order.Stage, round.Number)))
        {
            return null;
        }

        var handledOn = before?.Rounds.Any(r => r.Number == round.Number && r.Report is not null) == true ? null : round.Report?.HandledOn;
        return new(
            number, order.Content, order.Owing, order.IssuedOn[^1], round.Limit?.DueOn, handledOn,
            handledOn is not null && round.IsInTime == true, order.Stage, order.Rounds.Any(r => r.IsOverdue), order.CaseNumber);
    }

    public bool IsInWork => Stage is OrderStage.Issued or OrderStage.Acknowledged or OrderStage.InProgress;

    public bool IsLate(DateOnly today) => IsInWork && DueOn < today;
}
