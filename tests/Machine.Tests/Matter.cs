using System.Net.Http.Json;
using LiaisonStation.EventStore;
using LiaisonStation.Tests;
using static LiaisonStation.Machine.Tests.Command;
using Branch = LiaisonStation.Contracts.Branch;
using Role = LiaisonStation.Contracts.Role;

namespace LiaisonStation.Machine.Tests;

/// <summary>One matter, in the services and in the reference machine at once.</summary>
internal sealed class Matter
{
    private readonly Town _town;
    private readonly Dictionary<Thing, Guid> _things;
    private readonly HashSet<Command> _done = [];

    // As last looked at, until something may have changed them.
    private readonly Dictionary<Thing, long> _versions = [];
    private string _words = "";
    private string _clue = "";
    private bool _swapped;

    private Matter(Town town, Guid appeal)
    {
        var topic = Uuid.Derive(appeal, "topic");
        var order = Uuid.Derive(topic, "order");
        (_town, _things) = (town, new()
        {
            [Thing.Appeal] = appeal,
            [Thing.Topic] = topic,
            [Thing.Order] = order,
            [Thing.Review] = Uuid.Derive(order, "review"),
        });
    }

    public Place Place { get; private set; } = Place.New;

    private Item Item => Place.Item;

    public static async Task<Matter> Begin(Town town)
    {
        town.BeginMatter();
        var answer = await town.Services.Ask(town.Resident, HttpMethod.Post, "intake/appeals", JsonContent.Create(new
        {
            channel = "StationCode",
            title = "村口路灯不亮",
            text = "村口三盏路灯坏了半个月，老人晚上出门不便。",
        }));
        Assert.True(answer.IsDone, $"{answer}");
        return new(town, (Guid)answer.Body["id"]!);
    }

    /// <summary>How often somebody was denied what their role or township has no right to.</summary>
    public int Denied { get; private set; }

    /// <summary>Does in the services what the machine may or may not allow.</summary>
    /// <returns>The code of a refusal.</returns>
    /// <exception cref="MismatchException">The services do another thing than the machine.</exception>
    public async Task<string?> Do(Ask ask)
    {
        var command = ask.Command;
        if (command == AttemptCallBack && Item.At == At.Concluded)
        {
            _town.NextDay();
        }

        var request = RequestFor(command);
        var thing = _things[request.Of];
        if (ask.Before is { } somebody && !(_town.May(somebody.Role, request) && !somebody.Elsewhere))
        {
            await Deny(somebody, command, request, thing);
        }

        if (Place.By(command).To is not { } next)
        {
            return await Refused(command, request, thing);
        }

        var answer = await _town.Send(request, thing);
        Found(answer.IsDone, $"{command} at {Item} is answered {answer}");
        await _town.Deliver(request.Of);
        _versions.Clear();
        Place = next;
        _done.Add(command);
        _clue = command == TransferClue ? _words : _clue;
        if (command is ReferToCounty or ReferAgainToCounty)
        {
            // The referral named the section: passing it on to that one says nothing new.
            _done.Add(Pass);
        }

        await IsWhereItShouldBe(command);
        if (ask.Twice)
        {
            await Again(command, request, thing);
        }

        return null;
    }

    private async Task<string?> Refused(Command command, Request request, Guid thing)
    {
        var before = _versions.TryGetValue(request.Of, out var known) ? known : await _town.Version(request.Of, thing);
        var answer = await _town.Send(request, thing);
        var after = _versions[request.Of] = await _town.Version(request.Of, thing);
        Found(after == before, $"{command} at {Item} is not allowed and wrote all the same, answered {answer}");

        // What has no words is the same command again once it was done, and nothing is what it then comes to.
        var own = answer is { Status: 403 or 404 or 409 or 422, Code: not ("role-not-allowed" or "malformed" or null) }
            && (answer.Code != "not-found" || before == 0);
        Found(own || (answer.IsDone && _done.Contains(command)), $"{command} at {Item} is not allowed and is answered {answer}");
        return answer.Code;
    }

    // Whoever has the role elsewhere learns what they would of a thing that is not there.
    private async Task Deny(Somebody somebody, Command command, Request request, Guid thing)
    {
        var before = await _town.Version(request.Of, thing);
        var answer = await _town.Send(request with { By = Town.BearerOf(somebody), As = null }, thing);
        var denied = _town.May(somebody.Role, request) ? !answer.IsDone : answer is { Status: 403, Code: "role-not-allowed" };
        Found(denied, $"{command} at {Item} by {somebody} is answered {answer}");
        Found(await _town.Version(request.Of, thing) == before, $"{command} at {Item} by {somebody} wrote, answered {answer}");
        Denied++;
    }

    private async Task Again(Command command, Request request, Guid thing)
    {
        var before = await _town.Version(request.Of, thing);
        var answer = await _town.Send(request, thing);
        Found(
            await _town.Version(request.Of, thing) == before,
            $"{command} sent again word for word, now at {Item}, wrote a second time, answered {answer}");
    }

    private async Task IsWhereItShouldBe(Command command)
    {
        foreach (var (kind, stage) in Stages(Item.At))
        {
            var found = await _town.Stage(kind, _things[kind]);
            Found(found == stage, $"{command} should lead to {Item}, but the {kind} is {found} instead of {stage}");
        }
    }

    private static (Thing, string)[] Stages(At at) => at switch
    {
        At.SentBackByUnit => [(Thing.Appeal, "SentBack")],
        At.Proposed => [(Thing.Appeal, "Proposed"), (Thing.Topic, "Proposed")],
        At.ReturnedToProposer => [(Thing.Topic, "Returned")],
        At.Screened => [(Thing.Topic, "Screened")],
        At.NotTaken => [(Thing.Topic, "NotTaken"), (Thing.Appeal, "NotTaken")],
        At.Confirmed => [(Thing.Topic, "Confirmed"), (Thing.Appeal, "TakenUp")],
        At.Deliberated => [(Thing.Topic, "Deliberated")],
        At.Issued or At.Acknowledged or At.InProgress or At.Escalated or At.AtCounty => [(Thing.Order, $"{at}")],
        At.ReturnedWithOpinion => [(Thing.Order, "Returned")],
        At.Handled => [(Thing.Order, "Handled"), (Thing.Review, "UnderReview")],
        At.Concluded => [(Thing.Review, "Concluded"), (Thing.Appeal, "Concluded")],
        At.AwaitingDecision => [(Thing.Order, "AwaitingDecision"), (Thing.Review, "SupervisionRestarted"), (Thing.Appeal, "Reopened")],
        At.ClosedConfirmed or At.ClosedUnreached => [(Thing.Review, $"{at}"), (Thing.Appeal, "Closed")],
        At.Ended => [(Thing.Appeal, "Ended")],
        _ => [(Thing.Appeal, $"{at}")],
    };

    private static void Found(bool asItShouldBe, string else_)
    {
        if (!asItShouldBe)
        {
            throw new MismatchException(else_);
        }
    }

    private Request RequestFor(Command command)
    {
        var (t, words) = (_town, _words = _town.Words());
        var section = t.Handler.Unit!.Value;
        return command switch
        {
            Accept => Appeal("acceptance", t.Station, new { }),
            Review => Appeal("review", t.Station, new { urgency = "Ordinary", category = new { first = words } }),
            ReturnToSubmitter => Appeal("return", t.Station, new { reason = words }),
            Supplement => Appeal("supplements", t.Resident, new { text = words }),
            Decline => Appeal("decline", t.Station, new { code = "NoContent", reason = words }),
            Withdraw => Appeal("withdrawal", t.Resident, new { }),
            Route => Appeal("routing", t.Station, new { unit = section }),
            SendBackSmallMatter => Appeal("send-back", t.Handler, new { reason = words }),
            AnswerAsUnit => Appeal("unit-answer", t.Handler, new { result = "Solved", text = words }),
            Command.Answer => Appeal("answers", t.Station, new { text = words }),
            RateSatisfied => Appeal("ratings", t.Resident, new { rating = "Satisfied", comment = words }),
            RateUnsatisfied => Appeal("ratings", t.Resident, new { rating = "Unsatisfied", comment = words }),
            Redo => Appeal("redo", t.Station, new { reason = words }),
            EndSmallMatter => Appeal("end", t.Station, new { reason = words }),
            Propose => Appeal("proposal", t.Station, new { ground = words }),

            Screen => Topic("screening", t.Office, new { livelihood = Met(words), complex = Met(words), longSpan = Met(words) }),
            ScreenOut => Topic("screening", t.Office, new
            {
                livelihood = new { met = false, reason = words },
                complex = Met(words),
                longSpan = Met(words),
                notTaken = words,
            }),
            ReturnTopic => Topic("return", t.Office, new { reason = words }),
            CompleteTopic => Topic("completion", t.Station, new { ground = words }),
            Confirm => Topic("confirmation", t.Recorder, new { group = t.SupervisionGroup, meeting = Meeting() }, Role.Presidium),
            DeclineTopic => Topic("declining", t.Recorder, new { reason = words, meeting = Meeting() }, Role.Presidium),
            Deliberate => Topic("deliberation", t.Deputies[0], new
            {
                heldOn = t.Today,
                attended = t.Deputies.Select(d => d.Id),
                advice = words,
                content = words,
            }, Role.SupervisionGroup),
            ReferToTown => Topic("referral", t.Recorder, new { addressee = t.Government.Unit, content = words, meeting = Meeting() }, Role.Presidium),
            ReferToCounty => Topic(
                "county-coordination", t.Recorder, new { section, counterpart = "县交通运输局", content = words, meeting = Meeting() }, Role.Presidium),
            Command.Escalate => Topic("escalation", t.Recorder, new { reason = words, content = words, meeting = Meeting() }, Role.Presidium),

            Acknowledge => Order("acknowledgement", t.Government, new { }),
            Pass => Order("section", t.Government, new { section }),
            SendBack => Order("sent-back", t.Handler, new { reason = words }),
            ReportContact => Order("coordination", t.Handler, new { kind = "Contact", content = words }),
            NameHandlers => Order("handlers", t.Leader, Swapped()),
            ReportProgress => Order("progress", t.Handler, new { content = words }),
            Visit => Order("visits", t.Deputies[1], new { method = "OnSite", finding = words }, Role.SupervisionGroup),
            PrepareReport => Order("handling", t.Handler, new { summary = words }),
            SignOff => Order("handling/sign-off", t.Leader, new { approved = true }),
            RefuseSignOff => Order("handling/sign-off", t.Leader, new { approved = false, reason = words }),

            AskExtension => Order("extension", t.Handler, new { ground = words, workingDays = 5 }),
            CheckExtension => Order("extension/check", t.Office, new { recommended = true, opinion = words }),
            ApproveExtension => Order("extension/decision", t.Chair, new { approved = true }, Role.TownChair),
            RefuseExtension => Order("extension/decision", t.Chair, new { approved = false, reason = words }, Role.TownChair),

            ProposeTargeted => Order("targeted-supervision", t.Deputies[0], new { ground = "Slow", reason = words }, Role.SupervisionGroup),
            ConveneTargeted => Decided("targeted-supervision/meeting", new { resolution = Resolution(), convened = true, words }),
            DeclineTargeted => Decided("targeted-supervision/meeting", new { resolution = Resolution(), convened = false, words }),

            InformParty => Order("party-committee/report", t.Office, new { documentNumber = words, reportedOn = t.Today, content = words }),
            RequestJoint => Decided("joint-supervision", new { resolution = Resolution(), partners = new[] { "DisciplineBody" }, reason = words }),
            TransferClue => Decided("clues", new
            {
                resolution = Resolution(),
                body = "DisciplineBody",
                post = "科长",
                content = words,
                documentNumber = words,
            }),
            RecordAccountability => Order("accountability", t.Discipline, new
            {
                clue = Uuid.Derive(_things[Thing.Order], $"clue {_clue}"),
                documentNumber = words,
                measure = "CircularCriticism",
                decidedOn = t.Today,
            }),

            HandToCounty => OfCommittee("HandedToCounty", words),
            TakeIntoPlan => OfCommittee("TakenIntoPlan", words),
            ReturnWithOpinion => OfCommittee("ReturnedWithOpinion", words),
            CloseByCommittee => OfCommittee("Closed", words),
            RecordCountyResult => Order("escalation/result", t.Committee, new { result = words, documentNumber = words }),
            ReferAgainToTown => Decided("referral", new
            {
                resolution = Resolution(),
                branch = $"{Branch.TownOrder}",
                unit = t.Government.Unit,
                content = words,
            }),
            ReferAgainToCounty => Decided("referral", new
            {
                resolution = Resolution(),
                branch = $"{Branch.CountyCoordination}",
                unit = section,
                content = words,
                counterpart = "县交通运输局",
            }),

            VerdictFor => Verdict("Satisfied", words),
            VerdictAgainst => Verdict("Unsatisfied", words),
            CallBackSatisfied => OfOffice("callbacks", new { method = "Phone", verdict = "Satisfied", comment = words }),
            CallBackUnsatisfied => OfOffice("callbacks", new { method = "HomeVisit", verdict = "Unsatisfied", comment = words, reason = words }),
            AttemptCallBack => OfOffice("attempts", new { method = "Phone" }),

            GoOn => Decided("restarts", new { resolution = Resolution(), outcome = "GoOn", reason = words }),
            EscalateAfterRestarts => Decided("restarts", new { resolution = Resolution(), outcome = "Escalate", reason = words }),
            EndAfterRestarts => Decided("restarts", new { resolution = Resolution(), outcome = "End", reason = words }),
            _ => throw new NotSupportedException($"{command}"),
        };
    }

    private static object Met(string reason) => new { met = true, reason };

    private static Request Appeal(string path, Bearer by, object body) => new(Thing.Appeal, path, by, body);

    private static Request Topic(string path, Bearer by, object body, Role? role = null) => new(Thing.Topic, path, by, body, role);

    private static Request Order(string path, Bearer by, object body, Role? role = null) => new(Thing.Order, path, by, body, role);

    private Request OfOffice(string path, object body) => new(Thing.Review, path, _town.Office, body);

    private Request Decided(string path, object body) => new(Thing.Order, path, _town.Recorder, body, Role.Presidium);

    private Request OfCommittee(string outcome, string opinion)
    {
        var waits = outcome is "HandedToCounty" or "TakenIntoPlan";
        return new(Thing.Order, "escalation", _town.Committee, new
        {
            resolution = new { meeting = MeetingOf(_town.StandingCommittee) },
            outcome,
            opinion,
            counterpart = outcome == "HandedToCounty" ? "县交通运输局" : null,
            dueOn = waits ? _town.Today.AddDays(60) : (DateOnly?)null,
        });
    }

    // The next deputy of the group; whoever gave one already gives another.
    private Request Verdict(string verdict, string comment)
    {
        var deputy = _town.Deputies[Math.Min(Item.For + Item.Against, _town.Deputies.Count - 1)];
        return new(Thing.Review, "verdicts", deputy, new { verdict, comment }, Role.SupervisionGroup);
    }

    // Each the other's stand-in, by turns: never the same naming again.
    private object Swapped()
    {
        _swapped = !_swapped;
        var (handler, standIn) = _swapped ? (_town.Handler, _town.StandIn) : (_town.StandIn, _town.Handler);
        return new { handler = handler.Id, standIn = standIn.Id };
    }

    private object Resolution() => new { meeting = Meeting() };

    private object Meeting() => MeetingOf(_town.Presidium);

    private object MeetingOf(IReadOnlyList<Guid> members) => new
    {
        heldOn = _town.Today,
        attended = members,
        @for = members.Count,
        against = 0,
        abstained = 0,
    };
}

/// <summary>The services do another thing than the machine of the domain.</summary>
public sealed class MismatchException(string message) : Exception(message);
