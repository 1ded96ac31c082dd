using Merpati.Mail.Addresses;

namespace Merpati.Host.Cli.Demo;

/// <summary>A mailing group of a scene.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Members">Who is in it.</param>
internal sealed record SceneGroup(EmailAddress Address, string Name, IReadOnlyList<EmailAddress> Members);
