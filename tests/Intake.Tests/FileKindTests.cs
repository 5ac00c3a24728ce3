using System.ComponentModel.DataAnnotations;
using System.IO.Compression;
using System.Text;
using LiaisonStation.Contracts;
using LiaisonStation.Intake.Files;
using LiaisonStation.Intake.Registry;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Tests;

public sealed class FileKindTests
{
    private static readonly Guid Clerk = Guid.CreateVersion7();
    private static readonly Attachment Photo = new(new string('a', 64), "image/jpeg", 3);
    private static readonly EraseFile Erasing = new(ErasureGround.PurposeEnded, "1");

    [Theory]
    [InlineData("FFD8FFE000104A464946", ".jpg")]
    [InlineData("89504E470D0A1A0A0000", ".png")]
    [InlineData("5249464600000000574542505650", ".webp")]
    [InlineData("255044462D312E37", ".pdf")]
    [InlineData("00000018667479706865696300000000", ".heic")]
    [InlineData("000000186674797069736F6D00000200", ".mp4")]
    [InlineData("00000018667479706D70343200000000", ".mp4")]
    [InlineData("00000014667479707174202000000000", ".mov")]
    [InlineData("00000020667479704D34412000000000", ".m4a")]
    [InlineData("49443303000000000000", ".mp3")]
    [InlineData("FFFB9064000F", ".mp3")]
    [InlineData("FFD8", null)]
    [InlineData("504B0304140000000800", null)]
    [InlineData("504B03041400000008000000000000000000000000000000000000000000", null)]
    [InlineData("D0CF11E0A1B11AE1", null)]
    [InlineData("524946460000000057415645666D", null)]
    [InlineData("0000001866747970617669660000", null)]
    [InlineData("3C68746D6C3E", null)]
    [InlineData("4D5A90000300", null)]
    [InlineData("", null)]
    public void a_kind_is_told_by_the_first_bytes(string hex, string? extension) =>
        Assert.Equal(extension, FileKind.Of(Convert.FromHexString(hex))?.Extension);

    [Theory]
    [InlineData(".docx", "[Content_Types].xml", "_rels/.rels", "word/document.xml")]
    [InlineData(".xlsx", "_rels/.rels", "docProps/app.xml", "xl/workbook.xml", "[Content_Types].xml")]
    [InlineData(null, "word/document.xml")]
    [InlineData(null, "[Content_Types].xml", "ppt/presentation.xml")]
    [InlineData(null, "村口.jpg", "密码.exe")]
    public void an_office_document_is_told_from_any_other_zip(string? extension, params string[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var entry in entries)
            {
                using var text = new StreamWriter(zip.CreateEntry(entry).Open());
                text.Write("<xml/>");
            }
        }

        Assert.Equal(extension, FileKind.Of(file.ToArray())?.Extension);
    }

    [Fact]
    public void every_kind_fits_where_it_is_kept() => Assert.All(FileKind.All, k => Assert.InRange(k.MediaType.Length, 1, 88));

    [Fact]
    public void an_upload_is_stored_once_for_each_who_uploads_it_and_not_after_its_erasure()
    {
        var stored = new FileStored(Photo, Clerk);
        Assert.Equal([stored], UploadingFile.Decide(null, Photo, Clerk));
        Assert.Empty(UploadingFile.Decide(After(stored), Photo, Clerk));
        Assert.Equal([new FileStored(Photo, Guid.Empty)], UploadingFile.Decide(After(stored), Photo, Guid.Empty));
        var erased = After(stored, new FileErased(Photo.Sha256, ErasureGround.PurposeEnded, "1"));
        Assert.Equal("file-erased", UploadingFile.Decide(erased, Photo, Clerk).Refusal!.Code);
    }

    [Fact]
    public void a_file_is_erased_once_and_only_where_there_is_one()
    {
        var fact = new FileErased(Photo.Sha256, ErasureGround.PurposeEnded, "1");
        Assert.Equal([fact], ErasingFile.Decide(After(new FileStored(Photo, Clerk)), Photo.Sha256, Erasing, lies: false));
        Assert.Equal([fact], ErasingFile.Decide(null, Photo.Sha256, Erasing, lies: true));
        Assert.Equal("not-found", ErasingFile.Decide(null, Photo.Sha256, Erasing, lies: false).Refusal!.Code);
        Assert.Empty(ErasingFile.Decide(After(fact), Photo.Sha256, Erasing, lies: true));
        Assert.Equal("file-already-erased", ErasingFile.Decide(After(fact), Photo.Sha256, Erasing with { DocumentNumber = "2" }, lies: true).Refusal!.Code);
    }

    [Fact]
    public void a_body_names_at_most_twenty_files_each_once()
    {
        Assert.Empty(Wrong(null));
        Assert.Empty(Wrong([.. Enumerable.Range(0, 20).Select(Numbered)]));
        Assert.Equal(["too-many"], Wrong([.. Enumerable.Range(0, 21).Select(Numbered)]));
        Assert.Equal(["named-twice"], Wrong([Numbered(1), Numbered(2), Numbered(1) with { Size = 9 }]));
        Assert.Equal(["required"], Wrong([null!]));

        static Attachment Numbered(int n) => Photo with { Sha256 = $"{n:x64}" };
        static IEnumerable<string?> Wrong(IReadOnlyList<Attachment>? photos)
        {
            var wrong = new List<ValidationResult>();
            var body = new Body(photos);
            Validator.TryValidateObject(body, new ValidationContext(body), wrong, validateAllProperties: true);
            return wrong.Select(w => w.ErrorMessage);
        }
    }

    private static EvidenceFile After(params IFileEvent[] events) => events.Aggregate((EvidenceFile?)null, EvidenceFile.Evolve)!;

    private sealed record Body([property: Attached] IReadOnlyList<Attachment>? Photos);
}
