using System.Globalization;
using System.Text;

namespace LiaisonStation.EventStore.Tests;

/// <summary>RFC 8785 by its own examples.</summary>
public sealed class CanonicalJsonTests
{
    /// <summary>Appendix B: the 64 bits of a double and how it is written.</summary>
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void numbers_are_written_as_ecmascript_writes_them(string bits, string written) => Assert.Equal(
        written, CanonicalJson.Number(BitConverter.Int64BitsToDouble(long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void what_is_no_number_is_refused(double value) =>
        Assert.Throws<NotCanonicalException>(() => CanonicalJson.Number(value));

    /// <summary>Section 3.2.4, without the one number in it that an append refuses.</summary>
    [Fact]
    public void the_example_of_section_3_2_2_is_written_byte_for_byte() => Assert.Equal(
        "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c3165"
        + "2b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d",
        Convert.ToHexStringLower(CanonicalJson.Of(Encoding.UTF8.GetBytes(
            """
            {
              "numbers": [333333333.3333333, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """))));

    [Fact]
    public void digits_that_a_double_does_not_hold_are_rounded_only_for_rows_of_others()
    {
        var to = new CanonicalWriter();
        to.Json("[333333333.33333329, 9007199254740993, 1e999]"u8, exact: false);
        Assert.Equal("[333333333.3333333,9007199254740992,1e999]", Encoding.UTF8.GetString(to.Written));
    }

    /// <summary>Section 3.2.3.</summary>
    [Fact]
    public void keys_are_sorted_by_utf_16_units()
    {
        var written = Written(
            """
            {
              "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """);
        string[] order =
        [
            "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh",
        ];
        Assert.Equal(order, order.OrderBy(value => written.IndexOf(value, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"b":{"y":1,"x":[{"d":1,"c":2}]},"a":{}}""", """{"a":{},"b":{"x":[{"c":2,"d":1}],"y":1}}""")]
    [InlineData("""[56,{"d":true,"10":null,"1":[]}]""", """[56,{"1":[],"10":null,"d":true}]""")]
    [InlineData("""{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}""",
        """{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}""")]
    [InlineData("""{"b":1,"a\"":2,"a":3,"石":4,"A":{"c":[],"b":{}}}""", """{"A":{"b":{},"c":[]},"a":3,"a\"":2,"b":1,"石":4}""")]
    [InlineData("""{"Unnormalized Unicode":"A\u030a"}""", "{\"Unnormalized Unicode\":\"A\u030a\"}")]
    [InlineData("\"\\u0001\\b\\t\\n\\f\\r\\u001f\\u007f</script>石\"", "\"\\u0001\\b\\t\\n\\f\\r\\u001f\u007f</script>石\"")]
    [InlineData("[-0, 1.0, 1.10, 100, 1e2, 12300, 1e21, 1e20, -12.5e-1]", "[0,1,1.1,100,100,12300,1e+21,100000000000000000000,-1.25]")]
    public void values_have_one_way_to_be_written(string json, string canonical)
    {
        Assert.Equal(canonical, Written(json));
        Assert.Equal(canonical, Written(canonical));
    }

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("0.10000000000000000555")]
    [InlineData("12345678901234567890")]
    [InlineData("1e309")]
    [InlineData("1e-400")]
    [InlineData("0e99999999999")]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":1,"b":{"c":1,"\u0063":2}}""")]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("""{"\u0000":1}""")]
    [InlineData("\"\\ud83d\"")]
    [InlineData("\"\\ude00\\ud83d\"")]
    [InlineData("""{"\ud83d":1}""")]
    [InlineData("{")]
    [InlineData("")]
    public void what_would_not_be_read_back_is_refused(string json) =>
        Assert.Throws<NotCanonicalException>(() => Written(json));

    private static string Written(string json) => Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(json)));
}
