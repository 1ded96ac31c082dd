namespace Merpati.Bench.Submission;

/// <summary>A server did not answer as it should, or the arguments are wrong; in words for whoever runs the load.</summary>
internal sealed class LoadFailure(string message) : Exception(message);
