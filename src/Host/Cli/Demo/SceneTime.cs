namespace Merpati.Host.Cli.Demo;

/// <summary>The clock of a scene: it shows the time of this machine, but in UTC wherever it stands, so that a dialogue has the same dates everywhere.</summary>
internal sealed class SceneTime : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
}
