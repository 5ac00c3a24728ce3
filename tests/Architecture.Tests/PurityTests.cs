using System.Text.RegularExpressions;

namespace LiaisonStation.Architecture.Tests;

public sealed partial class PurityTests
{
    [Fact]
    public void nothing_that_decides_or_evolves_reads_a_clock_or_makes_an_id() => Assert.Empty(
        from file in Source.Files("src", ".cs")
        let code = Source.CodeOnly(file.Text)
        from method in new[] { "Decide", "Evolve" }
        from body in Source.Bodies(code, method)
        where Impure().IsMatch(body)
        select $"{file}: {method} uses {Impure().Match(body).Value}");

    [Fact]
    public void the_scan_sees_every_slice_that_decides()
    {
        foreach (var module in Services.All)
        {
            var files = Source.Files(Services.Folder(module), ".cs").Select(f => Source.CodeOnly(f.Text)).ToArray();
            Assert.True(files.Sum(code => Source.Bodies(code, "Decide").Count()) >= 3, $"{module.Name} decides too little to be true");
            Assert.True(files.Sum(code => Source.Bodies(code, "Evolve").Count()) >= 1, $"{module.Name} evolves too little to be true");
        }
    }

    [Theory]
    [InlineData("public static X Decide(Y y) => y switch { _ => new X(DateTimeOffset.UtcNow) };")]
    [InlineData("public static X Decide(Y y, TimeProvider time) { return new X(time.GetUtcNow()); }")]
    [InlineData("public static X Evolve(X? x, E e) { if (x is null) { } return new(Guid.CreateVersion7()); }")]
    [InlineData("private static X Decide(Y y)\n    where Y : class => new(\"; }\", Guid.NewGuid());")]
    [InlineData("public static X Decide(Y y) => new(DateTime.Today); public static X Other() => new();")]
    public void the_scan_sees_a_clock_and_an_id(string source)
    {
        var code = Source.CodeOnly(source);
        Assert.Contains(new[] { "Decide", "Evolve" }.SelectMany(m => Source.Bodies(code, m)), b => Impure().IsMatch(b));
    }

    [Theory]
    [InlineData("public static X Decide(Y y) => new(); public static X Post() => new(Guid.NewGuid(), DateTimeOffset.UtcNow);")]
    [InlineData("public static X Decide(Y y) { /* DateTime.Now */ return new(\"Guid.NewGuid()\"); } // TimeProvider")]
    public void the_scan_sees_none_where_there_is_none(string source) =>
        Assert.DoesNotContain(Source.Bodies(Source.CodeOnly(source), "Decide"), b => Impure().IsMatch(b));

    [GeneratedRegex(
        @"\bDateTime(?:Offset)?\s*\.\s*(?:Utc)?(?:Now|Today)\b|\bTimeProvider\b|\bGetUtcNow\b|\bGetLocalNow\b|\bGuid\s*\.\s*(?:NewGuid|CreateVersion7)\b|\bRandom\b|\bStopwatch\b")]
    private static partial Regex Impure();
}
