using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Portal.Core.State.Alerts;

namespace Portal.Agents.Alerts;

/// <summary>A mail as it goes over the wire: headers of our own words only, the text in base64, so that no line of it means anything to a server.</summary>
internal static class MailText
{
    public static string Write(NoticeMessage message, string from, ImmutableArray<string> to, DateTimeOffset now)
    {
        var mail = new StringBuilder();
        Header("From", $"Portal <{from}>");
        Header("To", string.Join(", ", to));
        Header("Subject", $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(Shorten(message.Title)))}?=");
        Header("Date", now.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header("Message-ID", $"<{message.Id}@portal>");
        Header("Portal-Notice-Id", message.Id.ToString());
        Header("Auto-Submitted", "auto-generated");
        Header("MIME-Version", "1.0");
        Header("Content-Type", "text/plain; charset=utf-8");
        Header("Content-Transfer-Encoding", "base64");
        return mail.Append("\r\n").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(message.Text), Base64FormattingOptions.InsertLineBreaks)).ToString();

        void Header(string name, string value) => mail.Append(name).Append(": ").Append(value.ReplaceLineEndings(" ")).Append("\r\n");
    }

    private static string Shorten(string title) => title.Length > 150 ? title[..150] : title;
}
