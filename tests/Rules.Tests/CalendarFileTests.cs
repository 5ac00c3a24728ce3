namespace LiaisonStation.Rules.Tests;

public sealed class CalendarFileTests
{
    [Fact]
    public void the_nations_form_is_read_with_or_without_names_and_line_ends() => Assert.Equal(
        [(new DateOnly(2027, 1, 1), false), (new DateOnly(2027, 1, 3), true)],
        CalendarFile.Read("\uFEFFdate,type,name\r\n2027-01-01,public_holiday,元旦\r\n2027-01-03,transfer_workday\r\n\r\n"));

    [Theory]
    [InlineData("")]
    [InlineData("2027-01-01,public_holiday")]
    [InlineData("date,type\n2027-01-01,holiday")]
    [InlineData("date,type\n2027-02-30,public_holiday")]
    [InlineData("date,type\n2027-01-01")]
    public void another_form_is_none(string text) => Assert.Null(CalendarFile.Read(text));
}
