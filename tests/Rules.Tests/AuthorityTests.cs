using LiaisonStation.Contracts;

namespace LiaisonStation.Rules.Tests;

public sealed class AuthorityTests
{
    [Fact]
    public void every_act_has_its_line_and_nobody_twice() => Assert.All(Enum.GetValues<Act>(), act =>
    {
        var roles = Authority.For(act);
        Assert.NotEmpty(roles);
        Assert.Equal(roles.Distinct(), roles);
    });

    [Fact]
    public void the_services_and_the_party_committee_decide_nothing() => Assert.All(
        Enum.GetValues<Act>(), act => Assert.DoesNotContain(Authority.For(act), r => r is Role.System or Role.PartyCommittee));

    [Fact]
    public void the_unit_never_judges_its_own_work() => Assert.All(
        [Act.CallBack, Act.Review, Act.Decide, Act.DecideExtension, Act.CheckExtension],
        act => Assert.DoesNotContain(Authority.For(act), r => r is Role.HandlingUnit or Role.TownGovernment));

    [Fact]
    public void the_auditor_only_finds() => Assert.Equal(
        [Act.Audit], Enum.GetValues<Act>().Where(a => Authority.For(a).Contains(Role.Auditor)));

    [Fact]
    public void a_deliberator_neither_accepts_nor_votes() => Assert.Equal(
        [Act.Submit, Act.FollowOwn, Act.Join], Enum.GetValues<Act>().Where(a => Authority.For(a).Contains(Role.ResidentDeliberator)));
}
