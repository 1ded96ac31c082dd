namespace Merpati.Host.Tests.Readers;

/// <summary>mutt, which logs in by any mechanism that its SASL library has.</summary>
public sealed class MuttTests(SharedRoom shared) : TerminalReaderTests(shared, "mutt", "APOP PLAIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256");
