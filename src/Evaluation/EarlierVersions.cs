using LiaisonStation.Contracts;

namespace LiaisonStation.Evaluation;

// What was stored by earlier releases, as it was then, and how it is read now.

public sealed record ReviewOpenedV1(
    int Round, Guid CaseId, string CaseNumber, Guid OrderId, PersonalText Title, Guid Unit, Guid Group, Guid HandledBy, string Summary)
{
    // Three deputies of the group decided then, whoever was able was not recorded, and every order was branch A.
    public ReviewOpened Now() => new(
        Round, CaseId, CaseNumber, OrderId, Branch.TownOrder, Title, Unit, [Unit], Group, [HandledBy], [], Summary,
        HandledOn: null, Limit: null, ReportedAt: null, Able: [], Reviewers: 3, Policy: "built-in");
}

public sealed record ConcludedV1(int Round, Guid OrderId)
{
    // A call-back was owed without a limit.
    public Concluded Now() => new(Round, OrderId, "built-in", CallBack: null);
}

public sealed record ReturnedForRectificationV1(int Round, Guid OrderId, string Reason)
{
    public ReturnedForRectification Now() => new(Round, OrderId, Reason, "built-in");
}

public sealed record CallBackMadeV1(int Round, Guid MadeBy, CallBackMethod Method, Verdict Verdict, PersonalText? Comment)
{
    public CallBackMade Now() => new(Round, MadeBy, Method, Verdict, Comment, Aspects: null, On: null);
}
