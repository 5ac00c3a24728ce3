using System.Globalization;
using System.Text;

namespace LiaisonStation.CaseLoop.Tests;

/// <summary>A file in the message board's columns, made up for these tests.</summary>
public static class Messages
{
    private static readonly string[] Places = ["东门菜场", "中学西侧", "老街", "沿河步道", "新村三区", "码头", "卫生院门口", "文化礼堂"];
    private static readonly string[] Troubles = ["路面积水", "路灯不亮", "垃圾清运不及时", "夜间施工噪音", "公交班次太少", "停车难"];

    public static byte[] File(string prefix, int count)
    {
        var csv = new StringBuilder("留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\r\n");
        for (var i = 1; i <= count; i++)
        {
            var (place, trouble) = (Places[i % Places.Length], Troubles[i % Troubles.Length]);
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{prefix}{i},{Canary.Words($"U{i % 17:000}")},{Canary.Words(place + trouble)},2025/{1 + (i % 12)}/{1 + (i % 28)} 16:03:40,\"{place}{trouble}已有半年，\n多次反映未见解决，请有关部门处理。{Canary.Words("")}\",\"网友{Canary.Words("")}您好：已转有关单位。\",2025/{1 + (i % 12)}/28 9:49:10\r\n");
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }
}
