using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Intake.Appeals;

/// <param name="AddressedTo">Registry id of the deputy it is meant for; a deputy's code names its deputy.</param>
/// <param name="SubmittedAt">When it was handed in, where that is not now; without a zone it is +08:00.</param>
/// <param name="Township">The township it belongs to; only for callers of the whole county.</param>
/// <param name="ConsentGiven">Whether the unit that handles it may learn who handed it in.</param>
/// <param name="ContactPoint">Where it was handed in, by code, at a reception, on a visit or at a meeting.</param>
/// <param name="Reception">The reception activity at which it was.</param>
/// <param name="Files">Photos and files of the matter, uploaded before.</param>
public sealed record SubmitAppeal(
    [property: Known] Channel Channel,
    [property: Text(SubmittingAppeal.TitleLength)] string Title,
    [property: Text(SubmittingAppeal.TextLength)] string Text,
    Guid? AddressedTo = null, Contact? Contact = null, DateTime? SubmittedAt = null, string? Township = null,
    bool ConsentGiven = false, Guid? ContactPoint = null, Guid? Reception = null,
    [property: Attached] IReadOnlyList<Attachment>? Files = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (this is { Channel: Channel.DeputyCode, AddressedTo: null })
        {
            yield return Wrong.Because("required", nameof(AddressedTo));
        }

        if (Channel is not (Channel.StationCode or Channel.ReceptionDay or Channel.HouseVisit or Channel.VillagersMeeting))
        {
            if (ContactPoint is not null)
            {
                yield return Wrong.Because("not-by-this-channel", nameof(ContactPoint));
            }

            if (Reception is not null)
            {
                yield return Wrong.Because("not-by-this-channel", nameof(Reception));
            }
        }
    }
}

public sealed record Contact(
    [property: Text(50)] string Name,
    [property: Text(26, Optional = true), RegularExpression("^\\+?[0-9][0-9 -]{4,24}$", ErrorMessage = "not-a-phone-number")]
    string? Phone = null);

public static class SubmittingAppeal
{
    public const int TitleLength = 200;
    public const int TextLength = 10_000;

    public static Decision<IAppealEvent> Decide(
        Appeal? appeal, AppealReceived received, bool addresseeIsDeputy, IReadOnlyList<Attachment>? files = null) =>
        appeal is not null ? []
        : received.AddressedTo is not null && !addresseeIsDeputy ? Refuse.Rule("addressee-not-a-deputy")
        : [received, .. AppealFiles.Given(received.Submitter, files)];

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/", Post)
        .RequireRole(Authority.For(Act.Submit))
        .WithSummary("Hand in an appeal; answers its case number");

    private static async Task<IResult> Post(SubmitAppeal c, HttpContext http, StreamStore store, TimeProvider time)
    {
        var submittedAt = c.SubmittedAt is { } at ? BusinessTime.From(at) : (DateTimeOffset?)null;
        if (submittedAt is not null && LocalTime.IsAhead(submittedAt.Value, time))
        {
            return http.Malformed(("submittedAt", "in-the-future"));
        }

        if (!http.WritesInto(c.Township, out var township))
        {
            return http.Problem(Refuse.Rule("township-required"));
        }

        if (await http.Objection(c.Files, township) is { } unknown)
        {
            return http.Problem(unknown);
        }

        if (await PlaceObjection(store, township, c, http.RequestAborted) is { } nowhere)
        {
            return http.Problem(nowhere);
        }

        var deputy = c.AddressedTo is { } id && await People.IsDeputy(store, township, id, http.RequestAborted);
        var (caller, pace) = (http.Caller(), await Pace.Of(store, township, time.GetUtcNow(), http.RequestAborted));
        var appeal = time.NewId();

        // A resident speaks for themself; whoever else enters an appeal enters another person's words.
        var submitter = caller.Role == Role.Resident ? caller.Person : time.NewId();
        var keys = await http.Vault().Make(township, [submitter], http.RequestAborted);
        if (keys.Objection(submitter) is { } objection)
        {
            return http.Problem(objection);
        }

        var received = new AppealReceived(
            appeal, await CaseNumbers.Next(store, township, time, http.RequestAborted), c.Channel, submitter, c.AddressedTo,
            c.ContactPoint, c.Reception, keys.Seal(submitter, c.Title.Trim()), keys.Seal(submitter, c.Text.Trim()), c.ConsentGiven,
            submittedAt, null, null, pace.Acceptance(c.Channel, c.AddressedTo), null);
        return await http.Found(
            Appeal.Stream, appeal, (a, _, _) => Decide(a, received, deputy, c.Files),
            a => new Submitted(a.Id, a.CaseNumber, 1),
            batch => Contacts.Keep(batch, township, submitter, c.Contact, keys));
    }

    // One that is closed, or over, counts: what was handed in there may be entered later.
    private static async Task<Refusal?> PlaceObjection(StreamStore store, string township, SubmitAppeal c, CancellationToken cancellation)
    {
        return c.ContactPoint is { } point && !await Has($"select 1 from contact_points where tenant_id = {township} and id = {point}")
            ? Refuse.Rule("unknown-contact-point")
            : c.Reception is { } reception && !await Has($"select 1 from receptions where tenant_id = {township} and plan_id = {reception} limit 1")
                ? Refuse.Rule("unknown-reception")
                : null;

        async Task<bool> Has(FormattableString one) => (await store.Query(township, one, r => r.GetInt32(0), cancellation)).Count > 0;
    }
}

public sealed record Submitted(Guid Id, string CaseNumber, long Version);
