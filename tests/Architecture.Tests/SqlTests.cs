using System.Text.RegularExpressions;

namespace LiaisonStation.Architecture.Tests;

public sealed partial class SqlTests
{
    // Names of databases, roles and channels cannot be parameters; they are quoted there, or constants.
    private static readonly string[] Quoting =
    [
        "src/EventStore/StoreRoles.cs", "src/EventStore/StoreDatabase.cs", "src/EventStore/Announcements.cs",
        "src/AppHost/Hosting/PostgresServer.cs",
    ];

    [Fact]
    public void no_sql_is_put_together_from_text() => Assert.Empty(
        from file in Source.Files("src", ".cs")
        where !Quoting.Contains(file.Path)
        from found in Suspicious(file.Text)
        select $"{file}: {found}");

    [Theory]
    [InlineData("""new NpgsqlCommand($"select * from t where id = {id}", connection)""")]
    [InlineData("""command.CommandText = $"delete from t where name = '{name}'";""")]
    [InlineData("""var sql = $"update t set n = {n}";""")]
    [InlineData("""string sql = "select * from t where name = '" + name + "'";""")]
    [InlineData("""Run("insert into t values (" + value + ")")""")]
    [InlineData("""string.Format("select {0}", x)""")]
    [InlineData(""""new NpgsqlBatchCommand($"""select {x}""")"""")]
    public void the_scan_sees_text_put_together(string source) => Assert.NotEmpty(Suspicious(source));

    [Theory]
    [InlineData("""batch.Add($"select {x}");""")]
    [InlineData("""FormattableString sql = $"select {x}";""")]
    [InlineData("""new NpgsqlCommand("select 1", connection)""")]
    [InlineData("""var words = $"from {a} to {b}";""")]
    public void the_scan_lets_parameters_pass(string source) => Assert.Empty(Suspicious(source));

    private static IEnumerable<string> Suspicious(string text) =>
        new[] { Interpolated(), Named(), Joined(), Formatted() }.SelectMany(r => r.Matches(text)).Select(m => m.Value);

    /// <summary>Interpolation where a plain string is wanted.</summary>
    [GeneratedRegex("""(?:new\s+Npgsql(?:Batch)?Command\s*\(|CommandText\s*=|CreateCommand\s*\(|\bRun\s*\(|ExecuteSqlRaw\w*\s*\()\s*\$+@?"[^;]*?\{""")]
    private static partial Regex Interpolated();

    /// <summary>A statement kept as a string that has taken values in.</summary>
    [GeneratedRegex("""\b(?:var|string)\s+\w+\s*=\s*\$+@?"+\s*(?:select|insert into|update|delete from|create|alter|drop|grant|with)\s""", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex("""(?<!\$)"+\s*(?:select|insert into|update|delete from|create|alter|drop|grant)\s[^"\n]*"\s*\+\s*(?!\$?")""", RegexOptions.IgnoreCase)]
    private static partial Regex Joined();

    [GeneratedRegex("""(?:string\.Format|Concat)\s*\(\s*"+\s*(?:select|insert into|update|delete from|create|alter|drop|grant)\s""", RegexOptions.IgnoreCase)]
    private static partial Regex Formatted();
}
