namespace Merpati.Host.Tests.Readers;

/// <summary>neomutt, of whose mechanisms APOP alone can be chosen by name.</summary>
public sealed class NeomuttTests(SharedRoom shared) : TerminalReaderTests(shared, "neomutt", "APOP");
