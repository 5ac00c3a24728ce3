namespace LiaisonStation.EventStore.Tests;

/// <summary>RFC 9162's hashing by the eight entries that certificate-transparency implementations are tested with.</summary>
public sealed class MerkleTreeTests
{
    private static readonly string[] Entries =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void the_empty_tree_is_the_hash_of_nothing() => Assert.Equal(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(new GrowingTree().Root));

    [Fact]
    public void every_root_on_the_way_to_eight_leaves_is_the_published_one()
    {
        var tree = new GrowingTree();
        Assert.Equal(Roots, Entries.Select(e =>
        {
            tree.Add(MerkleTree.Leaf(Convert.FromHexString(e)));
            return Convert.ToHexStringLower(tree.Root);
        }));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(5, 8, "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(1, 5, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    public void inclusion_proofs_are_the_published_ones(int leaf, int size, params string[] proof) =>
        Assert.Equal(proof, MerkleTree.Inclusion(leaf, size).Select(Hash));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(6, 8, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 5, "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    public void consistency_proofs_are_the_published_ones(int earlier, int size, params string[] proof) =>
        Assert.Equal(proof, MerkleTree.Consistency(earlier, size).Select(Hash));

    [Fact]
    public void every_proof_of_every_tree_convinces_and_no_changed_one_does()
    {
        for (var size = 1; size <= 40; size++)
        {
            var root = Root(size);
            for (var leaf = 0; leaf < size; leaf++)
            {
                var proof = MerkleTree.Inclusion(leaf, size).Select(Bytes).ToList();
                Assert.True(MerkleTree.Includes(root, size, leaf, LeafHash(leaf), proof));
                Assert.False(MerkleTree.Includes(root, size, leaf, LeafHash(leaf + 1), proof));
                Assert.False(MerkleTree.Includes(root, size, size, LeafHash(leaf), proof));
                Assert.False(MerkleTree.Includes(root, size, leaf, LeafHash(leaf), [.. proof, root]));
                Assert.All(Changed(proof), p => Assert.False(MerkleTree.Includes(root, size, leaf, LeafHash(leaf), p)));
            }

            for (var earlier = 1; earlier <= size; earlier++)
            {
                var proof = MerkleTree.Consistency(earlier, size).Select(Bytes).ToList();
                Assert.True(MerkleTree.Extends(earlier, Root(earlier), size, root, proof));
                Assert.False(MerkleTree.Extends(earlier, LeafHash(99), size, root, proof));
                Assert.False(MerkleTree.Extends(earlier, Root(earlier), size, LeafHash(99), proof));
                Assert.False(MerkleTree.Extends(earlier, Root(earlier), size, root, [.. proof, root]));
                Assert.All(Changed(proof), p => Assert.False(MerkleTree.Extends(earlier, Root(earlier), size, root, p)));
            }
        }
    }

    private static IEnumerable<IReadOnlyList<byte[]>> Changed(List<byte[]> proof) =>
        proof.Select((_, i) => (IReadOnlyList<byte[]>)[.. proof.Take(i), MerkleTree.Empty, .. proof.Skip(i + 1)])
            .Concat(proof.Count > 0 ? [proof[1..]] : []);

    private static byte[] LeafHash(int leaf) =>
        MerkleTree.Leaf(leaf < Entries.Length ? Convert.FromHexString(Entries[leaf]) : [(byte)leaf]);

    private static string Hash(LeafRange range) => Convert.ToHexStringLower(Bytes(range));

    private static byte[] Root(int size) => Bytes(new(0, size));

    /// <summary>By the recursion of the RFC's section 2.1.1, not by the code under test.</summary>
    private static byte[] Bytes(LeafRange range)
    {
        var size = range.To - range.From;
        if (size == 1)
        {
            return LeafHash((int)range.From);
        }

        var half = 1L;
        while (half * 2 < size)
        {
            half *= 2;
        }

        return MerkleTree.Node(Bytes(new(range.From, range.From + half)), Bytes(new(range.From + half, range.To)));
    }
}
