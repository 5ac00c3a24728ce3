using System.Text.Json;

namespace LiaisonStation.CaseLoop.Tests;

public enum Way
{
    Straight,

    /// <summary>The deputies return round 1.</summary>
    Return,

    /// <summary>The resident is not satisfied with round 1.</summary>
    Restart,
}

/// <summary>Takes one imported case through the loop, each act by the person whose worklist it stands on.</summary>
public sealed class LoopedCase(Door door, Township town, string number, Way way, bool toDeputy)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public string Number => number;

    public Way Way => way;

    public string Office => town.Office;

    public async Task Run()
    {
        var accepter = toDeputy ? town.Deputy : town.Station;
        var role = toDeputy ? "Deputy" : "Station";
        var appeal = await Waits(accepter, "accept-appeal");
        await door.Post(accepter, $"/api/intake/appeals/{appeal}/acceptance", new { }, role);
        await Waits(town.Station, "review-appeal");
        await door.Post(town.Station, $"/api/intake/appeals/{appeal}/review", new { urgency = "Ordinary" });
        await Waits(town.Station, "propose-topic");
        await door.Post(town.Station, $"/api/intake/appeals/{appeal}/proposal", new { ground = $"多户反映，涉及民生，{Canary.Witness}" });

        var topic = await Waits(town.Office, "screen-topic");
        await door.Post(town.Office, $"/api/deliberation/topics/{topic}/screening", new
        {
            livelihood = new { met = true, reason = "关系群众日常生活" },
            complex = new { met = true, reason = "涉及多个部门" },
            longSpan = new { met = true, reason = "已持续一年以上" },
        }, "CongressOffice");
        await Waits(town.Recorder, "confirm-topic");
        await door.Post(
            town.Recorder, $"/api/deliberation/topics/{topic}/confirmation", new { meeting = Meeting(), group = town.SupervisionGroup }, "Presidium");
        await Waits(town.Supervisors[0], "deliberate-topic");
        await door.Post(
            town.Supervisors[0], $"/api/deliberation/topics/{topic}/deliberation",
            new { heldOn = Today(), attended = new[] { town.DeputyId }, advice = "先修排水再铺路面", content = "一个月内完成整改并公示" }, "SupervisionGroup");
        await Waits(town.Recorder, "refer-topic");
        await door.Post(
            town.Recorder, $"/api/deliberation/topics/{topic}/referral",
            new { meeting = Meeting(), addressee = town.TownGovernment, dueOn = Today().AddDays(21), content = "限期完成整改" }, "Presidium");

        var order = await Waits(town.Government, "acknowledge-order");
        await door.Post(town.Government, $"/api/supervision/orders/{order}/acknowledgement", new { });
        await Waits(town.Government, "pass-order-to-section");
        await door.Post(town.Government, $"/api/supervision/orders/{order}/section", new { section = town.Section });

        await Waits(town.Handler, "name-handlers");
        await door.Post(
            town.Handler, $"/api/supervision/orders/{order}/handlers", new { handler = town.HandlerId, standIn = town.LeaderId });
        await Handle(order, 1);
        var review = await Review(1, satisfied: way != Way.Return);
        if (way == Way.Restart)
        {
            await CallBack(review, 1, satisfied: false);
        }

        if (way != Way.Straight)
        {
            await Handle(order, 2);
            await Review(2, satisfied: true);
        }

        await CallBack(review, way == Way.Straight ? 1 : 2, satisfied: true);
    }

    /// <summary>What the history must be, stream by stream: type and round of every event, in order of version.</summary>
    public IReadOnlyDictionary<string, string[]> Expected()
    {
        string[] verdicts = ["deputy_reviewed", "deputy_reviewed", "deputy_reviewed"];
        string[] firstEvaluated = way switch
        {
            Way.Straight => [.. verdicts, "concluded_v2", "call_back_made_v2", "closed_confirmed"],
            Way.Return => [.. verdicts, "returned_for_rectification_v2"],
            _ => [.. verdicts, "concluded_v2", "call_back_made_v2", "supervision_restarted"],
        };
        string[] told = way switch
        {
            Way.Straight => ["appeal_concluded 1", "step_due", "appeal_closed 1"],
            Way.Return => ["appeal_returned_for_rectification 1", "appeal_concluded 2", "step_due", "appeal_closed 2"],
            _ => ["appeal_concluded 1", "step_due", "appeal_reopened 1", "appeal_concluded 2", "step_due", "appeal_closed 2"],
        };
        var again = way != Way.Straight;
        return new Dictionary<string, string[]>
        {
            ["intake"] =
            [
                "appeal_received_v2", "source_reply_recorded", "appeal_accepted", "step_due", "appeal_reviewed", "step_due",
                "topic_proposal_requested_v2",
                "appeal_taken_up", .. told,
            ],
            ["deliberation"] =
            [
                "topic_proposed", "topic_entered_batch", "topic_screened", "topic_confirmed_v2", "meeting_held", "advice_adopted",
                "topic_referred_v2",
            ],
            ["supervision"] =
            [
                "order_issued_v2 1", "order_acknowledged 1", "order_passed_to_section_v2 1", "handlers_named 1", "report_prepared 1",
                "handling_reported_v2 1", .. again ? new[] { "round_opened_v2 2", "report_prepared 2", "handling_reported_v2 2" } : [],
            ],
            ["evaluation"] =
            [
                .. InRound(1, ["review_opened_v2", "review_due", .. firstEvaluated]),
                .. again ? InRound(2, ["review_opened_v2", "review_due", .. verdicts, "concluded_v2", "call_back_made_v2", "closed_confirmed"]) : [],
            ],
        };
    }

    private static IEnumerable<string> InRound(int round, IEnumerable<string> types) => types.Select(type => $"{type} {round}");

    private static DateOnly Today() => DateOnly.FromDateTime(DateTime.UtcNow.AddHours(8));

    private object Meeting() => new
    {
        heldOn = Today(),
        attended = town.Presidium.Take(town.Presidium.Count - 1),
        @for = town.Presidium.Count - 1,
        against = 0,
        abstained = 0,
    };

    private async Task Handle(Guid order, int round)
    {
        await Waits(town.Handler, "report-handling", round);
        await door.Post(town.Handler, $"/api/supervision/orders/{order}/handling", new { summary = $"第{round}轮整改完成，附照片" });
        await Waits(town.Leader, "sign-off-report", round);
        await door.Post(town.Leader, $"/api/supervision/orders/{order}/handling/sign-off", new { approved = true });
    }

    private async Task<Guid> Review(int round, bool satisfied)
    {
        var review = Guid.Empty;
        foreach (var supervisor in town.Supervisors.Take(3))
        {
            review = await Waits(supervisor, "review-handling", round);
            await door.Post(
                supervisor, $"/api/evaluation/reviews/{review}/verdicts",
                satisfied ? new { verdict = "Satisfied", comment = (string?)null } : new { verdict = "Unsatisfied", comment = (string?)"仍有积水" },
                "SupervisionGroup");
        }

        return review;
    }

    private async Task CallBack(Guid review, int round, bool satisfied)
    {
        await Waits(town.Office, "call-back", round);
        await door.Post(
            town.Office, $"/api/evaluation/reviews/{review}/callbacks",
            satisfied
                ? new { method = "Phone", verdict = "Satisfied", comment = (string?)Canary.Words("已经修好，谢谢"), reason = (string?)null }
                : new { method = "HomeVisit", verdict = "Unsatisfied", comment = (string?)Canary.Words("下雨还是淹"), reason = (string?)"雨后仍积水" },
            "CongressOffice");
    }

    /// <summary>Waits until the act stands on the person's worklist; answers the stream it is due on.</summary>
    private async Task<Guid> Waits(string person, string act, int? round = null)
    {
        var found = await Wait.For(
            async () =>
            {
                var list = await door.Get(person, $"/api/worklist?act={act}&q={number}");
                return list.GetProperty("items").EnumerateArray()
                    .Where(i => i.GetProperty("caseNumber").GetString() == number && (round is null || i.GetProperty("round").GetInt32() == round))
                    .Select(i => i.GetProperty("stream").GetString())
                    .SingleOrDefault();
            },
            Patience, () => $"{act} of {number} (round {round}) never stood on {person}'s worklist.");
        return Guid.Parse(found);
    }
}
