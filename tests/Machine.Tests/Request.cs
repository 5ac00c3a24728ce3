using LiaisonStation.Contracts;
using LiaisonStation.Tests;

namespace LiaisonStation.Machine.Tests;

/// <param name="Path">At which service, and of which thing of the matter.</param>
/// <param name="As">The role the act is done in, where the person holds several.</param>
internal sealed record Request(Thing Of, string Path, Bearer By, object Body, Role? As = null);

/// <summary>The streams of one matter.</summary>
internal enum Thing
{
    Appeal,
    Topic,
    Order,
    Review,
}
