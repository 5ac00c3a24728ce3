using System.Text.RegularExpressions;

namespace LiaisonStation.Architecture.Tests;

/// <summary>The source as it lies in the repository, without what a build leaves behind.</summary>
internal static partial class Source
{
    public static readonly string Root = FindRoot();

    private static readonly string[] Built = ["bin", "obj", "node_modules", ".git", ".data", "TestResults"];

    public static IReadOnlyList<SourceFile> Files(string folder, params string[] extensions) =>
    [
        .. Walk(Path.Combine(Root, folder))
            .Where(f => extensions.Contains(Path.GetExtension(f)))
            .Select(f => new SourceFile(Path.GetRelativePath(Root, f).Replace('\\', '/'), File.ReadAllText(f))),
    ];

    public static IEnumerable<string> Folders(string folder) => Directory
        .EnumerateDirectories(folder)
        .Where(d => !Built.Contains(Path.GetFileName(d)))
        .SelectMany(d => Folders(d).Prepend(d));

    /// <summary>Comments gone, and every string empty, so that only code is left to be looked at.</summary>
    public static string CodeOnly(string text) => CommentOrString().Replace(
        text, m => m.Value.StartsWith('/') ? " " : m.Value.StartsWith('\'') ? "' '" : "\"\"");

    /// <summary>The bodies of the methods of a name, with the name of the file they stand in.</summary>
    public static IEnumerable<string> Bodies(string code, string method)
    {
        foreach (Match head in Regex.Matches(code, $@"\b(?:public|private|internal|protected|static)\b[^;{{}}=]*\b{method}\s*\("))
        {
            var at = Closing(code, head.Index + head.Length - 1) + 1;
            var start = at;
            while (code[at] != '{' && code[at] != ';' && !(code[at] == '=' && code[at + 1] == '>'))
            {
                at++;
            }

            yield return code[at] == '{'
                ? code[start..Closing(code, at)]
                : code[start..EndOfStatement(code, at)];
        }
    }

    private static int EndOfStatement(string code, int at)
    {
        while (code[at] != ';')
        {
            at = code[at] is '(' or '[' or '{' ? Closing(code, at) + 1 : at + 1;
        }

        return at;
    }

    private static int Closing(string code, int open)
    {
        var depth = 0;
        for (var at = open; at < code.Length; at++)
        {
            depth += code[at] is '(' or '[' or '{' ? 1 : code[at] is ')' or ']' or '}' ? -1 : 0;
            if (depth == 0)
            {
                return at;
            }
        }

        throw new InvalidOperationException("A bracket is never closed.");
    }

    private static IEnumerable<string> Walk(string folder) =>
        Folders(folder).Prepend(folder).SelectMany(Directory.EnumerateFiles);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LiaisonStation.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("LiaisonStation.sln is nowhere above the tests.");
        }

        return folder.FullName;
    }

    // Raw strings first, then verbatim, then ordinary ones, characters and comments.
    [GeneratedRegex(
        """
        \$*"{3,}[\s\S]*?"{3,}|\$?@\$?"(?:[^"]|"")*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.[^']*|[^'\\])'|//[^\n]*|/\*[\s\S]*?\*/
        """)]
    private static partial Regex CommentOrString();
}

internal sealed record SourceFile(string Path, string Text)
{
    public override string ToString() => Path;
}
