namespace Merpati.Progin.Server;

/// <summary>What the sessions of one service share.</summary>
internal sealed record ProginSurroundings(ProginServiceOptions Options, ProginPartners Partners, TimeProvider Time, ProginLog Log);
