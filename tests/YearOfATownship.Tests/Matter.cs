using LiaisonStation.CaseLoop.Tests;
using LiaisonStation.Contracts;
using LiaisonStation.Tests;

namespace LiaisonStation.YearOfATownship.Tests;

/// <summary>One imported message on its way, each act by the person on whose worklist it stands.</summary>
public sealed class Matter(Town town, Agenda agenda, string number, Section section)
{
    public string Number => number;

    public Section Section => section;

    public Guid Appeal { get; private set; }

    public Guid Topic { get; private set; }

    public Guid Order { get; private set; }

    public Guid Review { get; private set; }

    public int Round { get; private set; } = 1;

    public async Task Accept()
    {
        Appeal = await town.Waits(town.Station, "intake", "accept-appeal", number);
        await town.Post(town.Station, $"intake/appeals/{Appeal}/acceptance", new { });
    }

    public async Task LookThrough()
    {
        await town.Waits(town.Station, "intake", "review-appeal", number);
        await town.Post(town.Station, $"intake/appeals/{Appeal}/review", new { urgency = "Ordinary" });
    }

    public Task Decline() => town.Post(
        town.Station, $"intake/appeals/{Appeal}/decline", new { code = "OutsideJurisdiction", reason = "属上级职权，已告知反映渠道" });

    public Task Return() => town.Post(town.Station, $"intake/appeals/{Appeal}/return", new { reason = "请补充地点" });

    public Task Route() => town.Post(town.Station, $"intake/appeals/{Appeal}/routing", new { unit = section.Unit });

    public async Task AnswerAsUnit()
    {
        await town.Waits(section.Handler, "intake", "answer-as-unit", number);
        await town.Post(section.Handler, $"intake/appeals/{Appeal}/unit-answer", new { result = "Solved", text = "已到现场处理完毕" });
    }

    public Task Answer(string text) => town.Post(town.Station, $"intake/appeals/{Appeal}/answers", new { text });

    // The station enters it for who is not here to do so.
    public async Task Rate(string rating) =>
        await town.Post(town.Station, $"intake/appeals/{Appeal}/ratings", new { rating });

    public async Task Redo() => await town.Post(town.Station, $"intake/appeals/{Appeal}/redo", new { reason = "仍未清理干净" });

    public async Task Propose()
    {
        await town.Waits(town.Station, "intake", "propose-topic", number);
        await town.Post(town.Station, $"intake/appeals/{Appeal}/proposal", new { ground = "多户反映，涉及民生" });
    }

    public async Task Screen(bool met = true)
    {
        Topic = await town.Waits(town.Office, "deliberation", "screen-topic", number);
        await town.Post(town.Office, $"deliberation/topics/{Topic}/screening", new
        {
            livelihood = new { met = true, reason = "关系群众日常生活" },
            complex = new { met, reason = met ? "涉及多个部门" : "一个科室可办" },
            longSpan = new { met = true, reason = "已持续一年以上" },
            notTaken = met ? null : "可由站所直接办理，不列入督办",
        });
    }

    public async Task Deliberate()
    {
        await town.Waits(town.Supervisors[0], "deliberation", "deliberate-topic", number);
        await town.Post(town.Supervisors[0], $"deliberation/topics/{Topic}/deliberation", new
        {
            heldOn = agenda.Today,
            attended = town.Supervisors.Take(4).Select(s => s.Id),
            advice = "先修排水再铺路面",
            content = "一个月内完成整改并公示",
        }, Role.SupervisionGroup);
    }

    public async Task ReferToTown()
    {
        await town.Waits(town.Recorder, "deliberation", "refer-topic", number);
        await town.Post(
            town.Recorder, $"deliberation/topics/{Topic}/referral",
            new { addressee = town.Government.Unit, content = "限期完成整改", meeting = Meeting() }, Role.Presidium);
    }

    public async Task ReferToCounty()
    {
        await town.Waits(town.Recorder, "deliberation", "refer-topic", number);
        await town.Post(
            town.Recorder, $"deliberation/topics/{Topic}/county-coordination",
            new { section = section.Unit, counterpart = "县交通运输局", content = "对接路灯改造", meeting = Meeting() }, Role.Presidium);
    }

    public async Task Escalate()
    {
        await town.Waits(town.Recorder, "deliberation", "refer-topic", number);
        await town.Post(
            town.Recorder, $"deliberation/topics/{Topic}/escalation",
            new { reason = "涉及跨镇河道，镇级无法协调", content = "请县级统筹", meeting = Meeting() }, Role.Presidium);
    }

    public async Task TakeOn()
    {
        Order = await town.Waits(town.Government, "supervision", "acknowledge-order", number);
        await town.Post(town.Government, $"supervision/orders/{Order}/acknowledgement", new { });
        await town.Waits(town.Government, "supervision", "pass-order-to-section", number);
        await town.Post(town.Government, $"supervision/orders/{Order}/section", new { section = section.Unit });
        await NameHandlers();
    }

    public async Task ReportContact()
    {
        Order = await town.Waits(section.Handler, "supervision", "report-contact", number);
        await town.Post(section.Handler, $"supervision/orders/{Order}/coordination", new { kind = "Contact", content = "已与县局对接" });
        await NameHandlers();
    }

    public async Task NameHandlers()
    {
        await town.Waits(section.Leader, "supervision", "name-handlers", number);
        await town.Post(
            section.Leader, $"supervision/orders/{Order}/handlers", new { handler = section.Handler.Id, standIn = section.StandIn.Id });
    }

    public async Task GetOn()
    {
        await town.Post(section.Handler, $"supervision/orders/{Order}/progress", new { content = "已进场施工" });
        await town.Post(
            town.Supervisors[1], $"supervision/orders/{Order}/visits", new { method = "OnSite", finding = "施工有序" }, Role.SupervisionGroup);
    }

    public async Task Report()
    {
        await town.Waits(section.Handler, "supervision", "report-handling", number, Round);
        await town.Post(section.Handler, $"supervision/orders/{Order}/handling", new { summary = $"第{Round}轮整改完成" });
        await town.Waits(section.Leader, "supervision", "sign-off-report", number, Round);
        await town.Post(section.Leader, $"supervision/orders/{Order}/handling/sign-off", new { approved = true });
    }

    public async Task Judge(bool satisfied = true)
    {
        foreach (var supervisor in town.Supervisors.Skip(2))
        {
            Review = await town.Waits(supervisor, "evaluation", "review-handling", number, Round);
            await town.Post(
                supervisor, $"evaluation/reviews/{Review}/verdicts",
                satisfied ? new { verdict = "Satisfied", comment = (string?)null } : new { verdict = "Unsatisfied", comment = (string?)"仍有积水" },
                Role.SupervisionGroup);
        }

        Round += satisfied ? 0 : 1;
    }

    public async Task CallBack(bool satisfied = true)
    {
        await town.Waits(town.Office, "evaluation", "call-back", number, Round);
        await town.Post(
            town.Office, $"evaluation/reviews/{Review}/callbacks",
            satisfied
                ? new { method = "Phone", verdict = "Satisfied", comment = (string?)"已经修好", reason = (string?)null }
                : new { method = "HomeVisit", verdict = "Unsatisfied", comment = (string?)"下雨还是淹", reason = (string?)"雨后仍积水" });
        Round += satisfied ? 0 : 1;
    }

    public Task Join() => town.Post(
        town.Station, $"intake/appeals/{Appeal}/joiners", new { words = "我家门口也是", contact = new { name = "测试", phone = "138 0000 0000" } });

    /// <summary>By a deputy, who reads the number of who joined.</summary>
    public async Task CallBackJoiner()
    {
        var deputy = town.Supervisors[0];
        var joiner = await Wait.For(
            async () => (await town.Get(deputy, $"evaluation/reviews/{Review}/served")).AsArray().SingleOrDefault(),
            TimeSpan.FromSeconds(90), () => "Evaluation never heard who joined.");
        var contact = await town.Get(deputy, $"intake/appeals/{Appeal}/contact?submitter={joiner["person"]}");
        Assert.Equal("138 0000 0000", (string?)contact["phone"]);
        await town.Post(
            deputy, $"evaluation/reviews/{Review}/served",
            new { served = (Guid)joiner["person"]!, method = "Phone", verdict = "BasicallySatisfied", comment = "比以前好" }, Role.Deputy);
    }

    public async Task Unreached()
    {
        await town.Waits(town.Office, "evaluation", "call-back", number, Round);
        await town.Post(town.Office, $"evaluation/reviews/{Review}/attempts", new { method = "Phone" });
    }

    public async Task AskForMore(int workingDays)
    {
        await town.Post(section.Handler, $"supervision/orders/{Order}/extension", new { ground = "连续降雨，无法施工", workingDays });
        await town.Waits(town.Office, "supervision", "check-extension", number);
        await town.Post(town.Office, $"supervision/orders/{Order}/extension/check", new { recommended = true, opinion = "情况属实" });
    }

    public async Task DecideOnMore(bool approved)
    {
        await town.Waits(town.Chair, "supervision", "decide-extension", number);
        await town.Post(
            town.Chair, $"supervision/orders/{Order}/extension/decision", new { approved, reason = approved ? null : "可错时施工" }, Role.TownChair);
    }

    public object Resolution() => new { meeting = Meeting() };

    public object Meeting() => new
    {
        heldOn = agenda.Today,
        attended = town.Presidium.Members,
        @for = town.Presidium.Members.Count,
        against = 0,
        abstained = 0,
    };
}
