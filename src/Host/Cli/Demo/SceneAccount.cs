using Merpati.Mail.Addresses;

namespace Merpati.Host.Cli.Demo;

/// <summary>Somebody of a scene who has a mailbox. The password stands in the file for everyone to read: it opens nothing but this scene.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Password">Its password.</param>
/// <param name="FullName">The person's name; may be empty.</param>
/// <param name="IsLegacy">Whether it may log in by APOP and CRAM-MD5.</param>
internal sealed record SceneAccount(EmailAddress Address, string Password, string FullName, bool IsLegacy);
