namespace LiaisonStation.ServiceDefaults;

/// <summary>A kind of file that is taken in, told by the content's first bytes and by nothing that anybody says of it.</summary>
/// <param name="Extension">With its dot.</param>
public sealed record FileKind(string MediaType, string Extension)
{
    private static readonly FileKind Jpeg = new("image/jpeg", ".jpg");
    private static readonly FileKind Png = new("image/png", ".png");
    private static readonly FileKind WebP = new("image/webp", ".webp");
    private static readonly FileKind Heic = new("image/heic", ".heic");
    private static readonly FileKind Pdf = new("application/pdf", ".pdf");
    private static readonly FileKind Mp4 = new("video/mp4", ".mp4");
    private static readonly FileKind QuickTime = new("video/quicktime", ".mov");
    private static readonly FileKind M4a = new("audio/mp4", ".m4a");
    private static readonly FileKind Mp3 = new("audio/mpeg", ".mp3");
    private static readonly FileKind Docx = new("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx");
    private static readonly FileKind Xlsx = new("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx");

    public static IReadOnlyList<FileKind> All { get; } = [Jpeg, Png, WebP, Heic, Pdf, Mp4, QuickTime, M4a, Mp3, Docx, Xlsx];

    /// <param name="start">The first bytes, 64 KiB of them where there are as many.</param>
    /// <returns>Null: none that is taken in.</returns>
    public static FileKind? Of(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Png,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebP,
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => Pdf,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', _, _, _, _, ..] => OfBrand(start[8..12]),
        [(byte)'I', (byte)'D', (byte)'3', ..] => Mp3,

        // A frame of MPEG audio, layer III, with no tag before it.
        [0xFF, 0xFB or 0xFA or 0xF3 or 0xF2 or 0xE3 or 0xE2, ..] => Mp3,
        [(byte)'P', (byte)'K', 3, 4, ..] => OfPackage(start),
        _ => null,
    };

    /// <summary>The media container's major brand (ISO 14496-12).</summary>
    private static FileKind? OfBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("mif1"u8) ? Heic
        : brand.SequenceEqual("M4A "u8) ? M4a
        : brand.SequenceEqual("qt  "u8) ? QuickTime
        : brand.StartsWith("iso"u8) || brand.StartsWith("mp4"u8) || brand.StartsWith("3gp"u8) || brand.SequenceEqual("avc1"u8)
            || brand.SequenceEqual("M4V "u8) || brand.SequenceEqual("MSNV"u8) ? Mp4
        : null;

    /// <summary>An Office document is a zip with its relations and one telling folder among the first entries.</summary>
    private static FileKind? OfPackage(ReadOnlySpan<byte> start)
    {
        const int NameAt = 30;
        var related = false;
        FileKind? kind = null;
        for (int at; (at = start.IndexOf("PK\u0003\u0004"u8)) >= 0 && at + NameAt < start.Length;)
        {
            start = start[(at + NameAt)..];
            related |= start.StartsWith("_rels/.rels"u8) || start.StartsWith("[Content_Types].xml"u8);
            kind ??= start.StartsWith("word/"u8) ? Docx : start.StartsWith("xl/"u8) ? Xlsx : null;
        }

        return related ? kind : null;
    }
}
