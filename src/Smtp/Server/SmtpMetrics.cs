using System.Diagnostics.Metrics;

namespace Merpati.Smtp.Server;

/// <summary>The counters of the meter "Merpati.Smtp". They cost next to nothing while nobody listens.</summary>
internal static class SmtpMetrics
{
    private static readonly Meter Meter = new("Merpati.Smtp");
    private static readonly Counter<long> Sessions = Meter.CreateCounter<long>("merpati.smtp.sessions", "{session}", "Sessions that ended, by how");
    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("merpati.smtp.messages", "{message}", "Messages whose text was read, by verdict");
    private static readonly Counter<long> Rejections = Meter.CreateCounter<long>("merpati.smtp.rejections", "{reply}", "Refusals, by reason");
    private static readonly Histogram<double> Answers =
        Meter.CreateHistogram<double>("merpati.smtp.answer", "s", "From the end of data to the reply");

    public static void SessionEnded(string how) => Sessions.Add(1, new KeyValuePair<string, object?>("end", how));

    public static void MessageAnswered(string verdict, TimeSpan after)
    {
        Messages.Add(1, new KeyValuePair<string, object?>("verdict", verdict));
        Answers.Record(after.TotalSeconds);
    }

    public static void Rejected(string reason) => Rejections.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
