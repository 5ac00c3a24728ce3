using System.Text.Json;
using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Referrals;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation.Tests;

/// <summary>One township's Presidium of five, its groups, and a topic at every stage.</summary>
internal static class Sample
{
    public static readonly DateOnly Today = new(2026, 3, 10);
    public static readonly Guid CaseId = Id(1);
    public static readonly Guid TopicId = Id(2);
    public static readonly Guid OrderId = Id(3);
    public static readonly Guid Resident = Id(10);
    public static readonly Guid Proposer = Id(11);
    public static readonly Guid Group = Id(20);
    public static readonly Guid OtherGroup = Id(21);
    public static readonly Guid Supervisor = Id(61);
    public static readonly Guid TownGovernment = Id(30);
    public static readonly Guid[] Presidium = [Id(41), Id(42), Id(43), Id(44), Id(45)];

    public static readonly TakeUpRequested Asked = new(
        CaseId, "330225100-20260301-0001", CaseId, TopicId, new(Resident, "村口的路灯坏了"), new(Resident, "已经半年了，晚上看不见路"),
        Proposer, Role.Deputy, "多位村民反映");

    public static readonly Criteria Met = new(new(true, "涉及出行安全"), new(true, "涉及两个部门"), new(true, "已逾半年"));

    public static readonly Meeting Carried = new(Today, [Id(41), Id(42), Id(43)], For: 3, Against: 0, Abstained: 0);

    public static readonly Resolution Resolved = new(Carried);

    public static readonly WorkingCalendar Calendar = new(WorkingCalendar.National);

    public static readonly KnownGroup[] Groups =
    [
        new(Group, GroupKind.SupervisionGroup, "督事一组", [Supervisor, Id(62), Id(63)]),
        new(OtherGroup, GroupKind.SupervisionGroup, "督事二组", [Id(71)]),
    ];

    /// <summary>The Presidium's recorder, a member of the group, the chair, a street's committee: each under the built-in policy.</summary>
    public static readonly Presiding Recorder = new(Role.Presidium, Id(50), Presidium, Policy.BuiltIn, Calendar, Today);

    public static readonly Presiding Member = Recorder with { By = Role.SupervisionGroup, Person = Supervisor };

    public static readonly Presiding Chair = Recorder with { By = Role.TownChair, Person = Id(41) };

    public static readonly Presiding Committee = Recorder with { By = Role.StreetWorkCommittee, Person = Id(52), Presidium = null };

    public static readonly ScreenTopic Screening = new(Met.Livelihood, Met.Complex, Met.LongSpan);

    public static readonly DeliberateTopic Deliberated = new(Today, [Supervisor, Id(62)], "先修后管", "本月内修复全部路灯");

    public static readonly ReferTopic Referred = new(TownGovernment, "修复全村路灯", WorkingDays: 10, Meeting: Carried);

    public static readonly KnownUnit Government = new(TownGovernment, UnitKind.TownGovernment, null, "镇政府");

    public static readonly KnownUnit Section = new(Id(31), UnitKind.Section, TownGovernment, "城建办");

    /// <summary>March's batch: screened by 5 April, decided on by the 10th.</summary>
    public static readonly Place March = new(
        new(2026, 3), new(Today, null, new(2026, 4, 5), new(2026, 4, 3), "built-in"), new(Today, null, new(2026, 4, 10), new(2026, 4, 10), "built-in"));

    /// <summary>The end of April, the month after.</summary>
    public static readonly Limit NextMonth = new(Today, null, new(2026, 4, 30), new(2026, 4, 30), "built-in");

    public static readonly ITopicEvent Proposed = new TopicProposed(
        Asked.CaseId, Asked.CaseNumber, Asked.AppealId, Asked.Title, Asked.Text, Asked.ProposedBy, Asked.ProposedAs, Asked.Ground);

    public static readonly ITopicEvent Entered = new TopicEnteredBatch(March);

    public static readonly ITopicEvent Screened = new TopicScreened(Met);

    public static readonly ITopicEvent Confirmed = new TopicConfirmed(CaseId, Group, Resolved, NextMonth);

    public static readonly ITopicEvent Sat = new MeetingHeld(
        new(Role.SupervisionGroup, Group, Today, Deliberated.Attended, [], null, null));

    public static readonly ITopicEvent Advised = new AdviceAdopted(new(Today, "先修后管", "本月内修复全部路灯"), null, NextMonth);

    /// <summary>Ten working days after 10 March: the 24th, yellow itself.</summary>
    public static readonly TopicReferred Handed = new(
        Asked.CaseNumber, Asked.Title, OrderId, TownGovernment, Group, Referred.Content,
        new(Today, 10, new(2026, 3, 24), new(2026, 3, 24), "built-in"), [], [], Resolved);

    public static readonly ITopicEvent[] WholeWay = [Proposed, Entered, Screened, Confirmed, Sat, Advised, Handed];

    public static Topic At(TopicStage stage) => stage switch
    {
        TopicStage.Proposed => Fold(Proposed, Entered),
        TopicStage.Returned => Fold(Proposed, Entered, new TopicReturned("请补充影响户数")),
        TopicStage.Screened => Fold(Proposed, Entered, Screened),
        TopicStage.Confirmed => Fold(Proposed, Entered, Screened, Confirmed),
        TopicStage.Deliberated => Fold(Proposed, Entered, Screened, Confirmed, Sat, Advised),
        TopicStage.Referred => Fold(WholeWay),
        _ => Fold(Proposed, Entered, Screened, new TopicDeclined(CaseId, "已列入明年计划", Resolved)),
    };

    public static Topic Fold(params ITopicEvent[] events) => events.Aggregate((Topic?)null, Topic.Evolve)!;

    public static Guid Id(int n) => new($"00000000-0000-7000-8000-{n:d12}");

    public static void AssertRefused(Decision<ITopicEvent> decision, RefusalKind kind, string code)
    {
        Assert.Equal(new Refusal(kind, code), decision.Refusal);
        Assert.Empty(decision.Events);
    }

    public static void AssertNothing(Decision<ITopicEvent> decision)
    {
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Events);
    }

    /// <summary>By what they would store: a record's lists are equal only by reference.</summary>
    public static void AssertHappened(Decision<ITopicEvent> decision, params object[] expected)
    {
        Assert.Null(decision.Refusal);
        Assert.Equal(expected.Select(Stored), decision.Events.Select(Stored));
    }

    public static string Stored(object happened) => $"{happened.GetType().Name} {JsonSerializer.Serialize(happened, happened.GetType(), Envelope.Json)}";
}
