namespace Merpati.Auth.Throttle;

/// <summary>What the parts of a throttle share.</summary>
internal sealed record ThrottleSurroundings(LoginThrottleOptions Options, TimeProvider Time, ThrottleLog Log);
