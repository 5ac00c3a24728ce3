using LiaisonStation.Contracts;
using LiaisonStation.Evaluation.Appraisals;
using LiaisonStation.Evaluation.Audits;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation;

/// <summary>Whoever reviews and appraisals wait for. What was returned or restarted waits for the order's next round, in Supervision.</summary>
public static class Waits
{
    public static IEnumerable<Waiting> Of(Review review)
    {
        var round = review.Rounds[^1];
        Guid[] barred = [.. review.Handlers.Union(review.Recused)];
        if (review.LacksReviewers)
        {
            yield return new("assign-reviewers", review.CaseId, review.CaseNumber, round.Number, Authority.For(Act.KeepOffice),
                DueAt: round.ReviewLimit?.DueAt(), WarnAt: round.ReviewLimit?.WarnAt());
        }

        foreach (var panel in review.Stage == ReviewStage.UnderReview ? review.Panels : [])
        {
            yield return new(
                "review-handling", review.CaseId, review.CaseNumber, round.Number, Authority.For(Act.Review), Group: panel.Group,
                DueAt: round.ReviewLimit?.DueAt(), WarnAt: round.ReviewLimit?.WarnAt(),
                Except: [.. barred, .. round.Verdicts.Select(v => v.Deputy)], Part: panel.Group.ToString());
        }

        if (review.Stage == ReviewStage.Concluded)
        {
            yield return new(
                "call-back", review.CaseId, review.CaseNumber, round.Number, Authority.For(Act.CallBack),
                DueAt: round.CallBackLimit?.DueAt(), Except: barred, WarnAt: round.CallBackLimit?.WarnAt());
        }
    }

    /// <summary>Who of the deputies has voted is kept out of here.</summary>
    public static IEnumerable<Waiting> Of(Appraisal appraisal)
    {
        if (appraisal.Stage == AppraisalStage.BallotOpen)
        {
            var (until, last) = (BusinessTime.EndOf(appraisal.BallotUntil), BusinessTime.StartOf(appraisal.BallotUntil));
            yield return new("cast-ballot", appraisal.Id, appraisal.Name(), 1, Authority.For(Act.Ballot), DueAt: until, WarnAt: last);
            yield return new(
                "close-ballot", appraisal.Id, appraisal.Name(), 1, Authority.For(Act.KeepOffice), DueAt: BusinessTime.EndOf(appraisal.BallotUntil.AddDays(1)),
                WarnAt: until);
        }

        foreach (var owed in appraisal.Rehandlings.Where(r => r.Answer is null))
        {
            yield return new(
                "answer-rehandling", appraisal.Id, appraisal.Name(), 1, Authority.For(Act.AnswerAsUnit), Unit: owed.Unit,
                DueAt: owed.Limit.DueAt(), WarnAt: owed.Limit.WarnAt(), Part: owed.Unit.ToString());
        }
    }

    public static IEnumerable<Waiting> Of(AuditSample sample) => sample.Open.Select(f => new Waiting(
        "answer-finding", f.Case.CaseId, f.Case.CaseNumber, 1, Authority.For(f.Unit is null ? Act.KeepOffice : Act.AnswerAsUnit), Unit: f.Unit,
        DueAt: f.Limit.DueAt(), WarnAt: f.Limit.WarnAt(), Part: $"{f.Number}"));
}
