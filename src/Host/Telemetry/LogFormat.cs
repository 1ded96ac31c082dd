namespace Merpati.Host.Telemetry;

/// <summary>For whom the log is written.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Plain,

    /// <summary>For machines: one JSON object a line.</summary>
    Json,
}
