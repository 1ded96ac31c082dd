namespace Merpati.Dns.Messages;

/// <summary>What is asked for, in class IN.</summary>
internal readonly record struct DnsQuestion(DnsName Name, DnsType Type);
