using System.Security.Cryptography;
using System.Text;
using LiaisonStation.Intake.Imports;

namespace LiaisonStation.Intake.Tests;

public sealed class ImportFileTests
{
    private static readonly Preset Board = Preset.All["message-board"];
    private static readonly IncrementalHash Keyed = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, new byte[32]);
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    internal const string Header = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\n";

    [Fact]
    public void a_row_is_read_as_the_preset_says()
    {
        var item = Read("7,A1,\"路,灯\",2019/4/24 6:03:40,\"第一行\n第二行 \"\"引\"\"\",已修复,2019/4/25 16:03:40\n")[0].Item!;
        Assert.Equal(("7", "A1", "路,灯", "第一行\n第二行 \"引\"", "已修复"), (item.SourceId, item.User, item.Title, item.Text, item.Reply));
        Assert.Equal("2019-04-24T06:03:40+08:00", item.SubmittedAt!.Value.ToString("yyyy-MM-ddTHH:mm:sszzz", null));
        Assert.Equal("2019-04-25T16:03:40+08:00", item.RepliedAt!.Value.ToString("yyyy-MM-ddTHH:mm:sszzz", null));
    }

    [Fact]
    public void every_encoding_reads_the_same()
    {
        var text = Header + "7,A1,路灯,2019/4/24 6:03:40,村口㐀没有灯,,\r\n";
        Assert.All(
            [new UTF8Encoding(false).GetBytes(text), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)], Gb18030.GetBytes(text)],
            bytes => Assert.Equal("村口㐀没有灯", SourceItem.Read(Open(bytes).Read().Single(), Open(bytes).Header, Board, Keyed).Item!.Text));
    }

    [Theory]
    [InlineData("7,A1,路灯,2019/4/24 6:03:40,正文,\n", "column-count", "6 / 7")]
    [InlineData("7,A1,,2019/4/24 6:03:40,正文,,\n", "missing-field", "留言主题")]
    [InlineData(",A1,路灯,2019/4/24 6:03:40,正文,,\n", "missing-field", "留言编号")]
    [InlineData("7,A1,路灯,,正文,,\n", "missing-field", "留言时间")]
    [InlineData("7,A1,路灯,去年,正文,,\n", "unreadable-date", "留言时间")]
    [InlineData("7,A1,路灯,2019/2/30 6:03:40,正文,,\n", "unreadable-date", "留言时间")]
    [InlineData("7,A1,路灯,2019/4/24 6:03:40,正文,答复,不久\n", "unreadable-date", "答复时间")]
    [InlineData("7,A1,路\0灯,2019/4/24 6:03:40,正文,,\n", "nul-character", "留言主题")]
    [InlineData("7,A1,\"路\"灯,2019/4/24 6:03:40,正文,,\n", "bad-quoting", null)]
    public void a_broken_row_is_rejected_with_its_own_code(string row, string code, string? detail) =>
        Assert.Equal(new Rejection(code, detail), Read(row)[0].Rejection);

    [Fact]
    public void texts_that_are_too_long_are_rejected()
    {
        Assert.Equal(new Rejection("text-too-long", "留言主题"), Read($"7,A1,{new string('长', 201)},2019/4/24 6:03:40,正文,,\n")[0].Rejection);
        Assert.Equal(new Rejection("text-too-long", "留言详情"), Read($"7,A1,路灯,2019/4/24 6:03:40,{new string('长', 10_001)},,\n")[0].Rejection);
        Assert.Null(Read($"7,A1,{new string('长', 200)},2019/4/24 6:03:40,{new string('长', 10_000)},,\n")[0].Rejection);
    }

    [Fact]
    public void a_broken_file_says_where()
    {
        var good = "7,A1,路灯,2019/4/24 6:03:40,正文,,\n";
        Assert.Equal(new BrokenFile("no-rows", 1, null), Broken(Encoding.UTF8.GetBytes(Header)));
        Assert.Equal("missing-columns", Broken([]).Code);
        Assert.Equal(new BrokenFile("missing-columns", 1, "留言时间"), Broken(Encoding.UTF8.GetBytes(Header.Replace("留言时间", "时间", StringComparison.Ordinal) + good)));
        Assert.Equal(new BrokenFile("unclosed-quote", 3, null), Broken(Encoding.UTF8.GetBytes(Header + good + "8,A1,\"路灯,2019/4/24 6:03:40,正文,,\n" + good)));
        byte[] torn = [.. Encoding.UTF8.GetBytes(Header + good), 0xE8, 0xB7, .. Encoding.UTF8.GetBytes("\n" + good)];
        Assert.Equal(new BrokenFile("not-text", 3, $"byte {Encoding.UTF8.GetByteCount(Header + good)}"), Broken(torn));
        Assert.Equal("not-text", Broken([0x50, 0x4B, 0x03, 0x04, 0xFF, 0xFF, 0x00, 0x80]).Code);
    }

    [Fact]
    public void rows_know_the_line_they_start_on()
    {
        var rows = Open(Encoding.UTF8.GetBytes(Header + "1,A,a,2019/4/24 6:03:40,\"x\ny\nz\",,\n\n2,A,b,2019/4/24 6:03:40,c,,")).Read().ToArray();
        Assert.Equal([(1, 2L), (2, 6L)], rows.Select(r => (r.Number, r.Line)));
    }

    [Fact]
    public void only_what_is_said_makes_the_fingerprint()
    {
        var one = Read("7,A1,路灯,2019/4/24 6:03:40,\"正\r\n文\",,\n")[0].Item!.Fingerprint;
        Assert.Equal(one, Read("7,A1, 路灯 ,2019/4/24 06:03:40,\"正\n文\",,\n")[0].Item!.Fingerprint);
        Assert.NotEqual(one, Read("7,A1,路灯,2019/4/24 6:03:41,\"正\n文\",,\n")[0].Item!.Fingerprint);
    }

    [Fact]
    public void an_empty_reply_is_none() => Assert.Null(Read("7,A1,路灯,2019/4/24 6:03:40,正文, ,2019/4/25 6:03:40\n")[0].Item!.Reply);

    [Fact]
    public void a_preset_that_reads_no_title_is_refused() => Assert.Throws<System.Text.Json.JsonException>(() => Preset.Read(
        """{"name":"x","title":{"zh":"x","en":"x"},"source":"x","channel":"Hotline","columns":{"a":"sourceId","b":"text"},"required":[],"dateFormats":[],"offset":"+08:00"}"""));

    private static List<(SourceItem? Item, Rejection? Rejection)> Read(string rows)
    {
        var file = Open(Encoding.UTF8.GetBytes(Header + rows));
        return [.. file.Read().Select(row => SourceItem.Read(row, file.Header, Board, Keyed))];
    }

    private static ImportFile Open(byte[] bytes)
    {
        var (file, broken) = ImportFile.Open(bytes, Board);
        Assert.Null(broken);
        return file!;
    }

    private static BrokenFile Broken(byte[] bytes)
    {
        var (file, broken) = ImportFile.Open(bytes, Board);
        Assert.Null(file);
        return broken!;
    }
}
