namespace Merpati.Pop3.Server;

/// <summary>Somebody tries to log in.</summary>
/// <param name="Way">PASS, APOP or the name of a mechanism.</param>
/// <param name="Name">The name, as the client gave it; null where only the mechanism knows it.</param>
internal readonly record struct LoginTrial(string Way, string? Name);
