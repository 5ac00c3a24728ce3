using System.Text;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Tests;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

/// <summary>Photos and signed sheets of call-backs: beside what was called, and never the unit's to see.</summary>
public sealed class CallBackFileTests(SignedIn service) : IClassFixture<SignedIn>
{
    private static readonly Attachment Sheet = new(new string('a', 64), "application/pdf", 100);
    private static readonly Attachment Photo = new(new string('b', 64), "image/jpeg", 200);

    private readonly string _township = RunningService.NewTownship();

    /// <summary>Who follows a matter, but for the units.</summary>
    public static TheoryData<Role> Readers =>
    [
        Role.CongressOffice, Role.Presidium, Role.TownChair, Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.Station,
        Role.CommandCentre, Role.StreetWorkCommittee, Role.StandingCommittee, Role.Auditor,
    ];

    [Fact]
    public void what_was_brought_from_a_call_back_stands_beside_it_before_the_case_closes()
    {
        var command = Pleased with { Comment = null, Files = [Sheet, Photo] };
        var decided = Make(ConcludedRound, command);
        AssertHappened(
            decided,
            new CallBackMade(1, Caller, CallBackMethod.Phone, Verdict.Satisfied, null, null, Today),
            new FilesAttached(1, Resident, [Sheet, Photo]), new ClosedConfirmed(1, OrderId));
        IReviewEvent[] after = [.. ConcludedRound, .. decided.Events];
        AssertNothing(Make(after, command));
        AssertRefused(Make(after, command with { Files = [Sheet with { Size = 1 }] }), RefusalKind.State, "already-called-back");

        static Decision<IReviewEvent> Make(IReviewEvent[] told, MakeCallBack command) =>
            MakingCallBack.Decide(Fold(told), command, null, _ => null, Caller, unit: null, Today);
    }

    [Fact]
    public void a_visit_in_vain_has_its_photo_and_with_another_it_is_no_repeat()
    {
        var command = new AttemptCallBack(CallBackMethod.Phone, Files: [Photo]);
        var decided = Attempt(ConcludedRound, command);
        AssertHappened(decided, Attempted(1, Today), new FilesAttached(1, Resident, [Photo]));
        IReviewEvent[] after = [.. ConcludedRound, .. decided.Events];
        AssertNothing(Attempt(after, command));
        AssertRefused(Attempt(after, command with { Files = [Sheet] }), RefusalKind.State, "attempted-that-day");
        Assert.Equal(
            ["CallBackAttempted", "FilesAttached", "ClosedUnreached"],
            AttemptingCallBack.Decide(Fold(UnreachedRound[..7]), command, Caller, null, BuiltIn, new(2026, 9, 29)).Events.Select(e => e.GetType().Name));

        static Decision<IReviewEvent> Attempt(IReviewEvent[] told, AttemptCallBack command) =>
            AttemptingCallBack.Decide(Fold(told), command, Caller, null, BuiltIn, Today);
    }

    [Fact]
    public void of_a_further_person_served_they_are_that_persons()
    {
        var command = new CallBackServedPerson(Joiner, CallBackMethod.HomeVisit, Verdict.Satisfied, Files: [Sheet]);
        var decided = CallingBackServedPerson.Decide(Fold(ClosedRound), command, true, null, _ => null, Caller, null, Today);
        Assert.Equal(Joiner, Assert.IsType<FilesAttached>(decided.Events[^1]).Person);
        AssertNothing(CallingBackServedPerson.Decide(
            Fold([.. ClosedRound, .. decided.Events]), command, true, null, _ => null, Caller, null, Today));
    }

    [Fact]
    public void nobody_of_the_unit_and_nobody_who_handled_it_finds_a_file()
    {
        var review = Fold([.. ConcludedRound, new FilesAttached(1, Resident, [Sheet])]);
        Assert.NotNull(CallBackFiles.Find(review, Sheet.Sha256, Caller, null));
        Assert.NotNull(CallBackFiles.Find(review, Sheet.Sha256, Caller, Id(39)));
        Assert.Null(CallBackFiles.Find(review, Sheet.Sha256, Caller, Section));
        Assert.Null(CallBackFiles.Find(review, Sheet.Sha256, Caller, Assisting));
        Assert.Null(CallBackFiles.Find(review, Sheet.Sha256, Handler, null));
        Assert.Null(CallBackFiles.Find(review, Photo.Sha256, Caller, null));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task whoever_follows_the_matter_downloads_byte_for_byte_what_the_office_brought(Role role)
    {
        var (content, sheet) = await CalledBack();
        var path = $"reviews/{ReviewId}/files/{sheet.Sha256}";
        Assert.Equal(content, await service.Download(_township, role, path));
        foreach (var shown in new[] { $"reviews/{ReviewId}", $"history/{ReviewId}" })
        {
            Assert.Contains(sheet.Sha256, (await Ask(role, shown)).Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Role.HandlingUnit)]
    [InlineData(Role.TownGovernment)]
    public async Task a_unit_gets_no_file_and_is_not_told_its_hash(Role role)
    {
        var (_, sheet) = await CalledBack();
        Assert.Equal("403 role-not-allowed", (await Ask(role, $"reviews/{ReviewId}/files/{sheet.Sha256}")).Answer);
        foreach (var shown in new[] { $"reviews/{ReviewId}", $"history/{ReviewId}" })
        {
            var (answer, body) = await Ask(role, shown, Section);
            Assert.Equal("200", answer);
            Assert.DoesNotContain(sheet.Sha256, body, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(sheet.Sha256, await service.Page(_township, role, $"reviews/{ReviewId}/callback-record", Section), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_unit_that_had_no_part_finds_no_review_no_record_and_nothing_in_the_list()
    {
        await CalledBack();
        foreach (var path in new[] { $"reviews/{ReviewId}", $"reviews/{ReviewId}/callback-record", $"reviews/{ReviewId}/closing-notice" })
        {
            Assert.Equal("404 not-found", (await Ask(Role.HandlingUnit, path, Id(33))).Answer);
        }

        Assert.Contains("call_back_made", (await Ask(Role.HandlingUnit, $"history/{ReviewId}", Section)).Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("call_back_made", (await Ask(Role.HandlingUnit, $"history/{ReviewId}", Id(33))).Body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(ReviewId.ToString(), (await Ask(Role.HandlingUnit, "reviews", Section)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(ReviewId.ToString(), (await Ask(Role.HandlingUnit, "reviews", Id(33))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_resident_is_told_the_history_of_what_they_handed_in_and_no_other()
    {
        await CalledBack();
        async Task<string> Told(Guid person) =>
            $"{(await service.Ask(_township, person, Role.Resident, HttpMethod.Get, $"history/{ReviewId}")).Body}";
        Assert.Contains("call_back_made", await Told(Resident), StringComparison.Ordinal);
        Assert.DoesNotContain("call_back_made", await Told(Joiner), StringComparison.Ordinal);
    }

    [Fact]
    public async Task no_other_township_gets_it_no_file_unknown_is_named_and_the_record_lists_what_there_is()
    {
        var (_, sheet) = await CalledBack();
        var path = $"reviews/{ReviewId}/files/{sheet.Sha256}";
        Assert.Equal("404 not-found", (await service.Ask(RunningService.NewTownship(), Caller, Role.CongressOffice, HttpMethod.Get, path)).Answer);
        Assert.Equal("404 not-found", (await service.Ask(_township, Caller, Role.Deputy, HttpMethod.Get, path, unit: Section)).Answer);
        Assert.Equal("404 not-found", (await Ask(Role.Deputy, $"reviews/{ReviewId}/files/{Photo.Sha256}")).Answer);
        Assert.Equal(
            "422 attachment-unknown",
            (await service.Ask(_township, Caller, Role.CongressOffice, HttpMethod.Post, $"reviews/{ReviewId}/attempts", new { method = "Phone", files = new[] { Photo } })).Answer);
        Assert.Contains(
            $"附件：{sheet.Sha256[..12]}（application/pdf）",
            await service.Page(_township, Role.CongressOffice, $"reviews/{ReviewId}/callback-record"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task once_the_resident_is_erased_what_was_brought_from_them_is_answered_to_nobody()
    {
        var (content, sheet) = await CalledBack();
        var path = $"reviews/{ReviewId}/files/{sheet.Sha256}";
        Assert.Equal(content, await service.Download(_township, Role.Auditor, path));
        await service.Vault.Destroy(_township, Resident, CancellationToken.None);
        Assert.Equal("410 file-erased", (await Ask(Role.Auditor, path)).Answer);
    }

    private async Task<(byte[] Content, Attachment Sheet)> CalledBack()
    {
        // Under a key nobody has: what is shown says so.
        var unread = OpenedFor(1, Handler) with { Title = new(Resident, Convert.ToBase64String(new byte[40])) };
        await service.Store.Write<Review, IReviewEvent>(
            Review.Stream, ReviewId, new(_township, new("test", "SupervisionGroup", null, null)),
            _ => [unread, .. ConcludedRound[1..^1], ConcludedFirst with { CallBack = null }]);
        var content = Encoding.UTF8.GetBytes($"%PDF-1.7\n{_township}");
        var sheet = await service.Upload(_township, content);
        Assert.Equal("200", (await service.Ask(
            _township, Caller, Role.CongressOffice, HttpMethod.Post, $"reviews/{ReviewId}/callbacks",
            new { method = "HomeVisit", verdict = "Satisfied", files = new[] { sheet } })).Answer);
        return (content, sheet);
    }

    private async Task<(string Answer, string Body)> Ask(Role role, string path, Guid? unit = null)
    {
        var (answer, body) = await service.Ask(_township, Caller, role, HttpMethod.Get, path, unit: unit);
        return (answer, body?.ToJsonString() ?? "");
    }
}
