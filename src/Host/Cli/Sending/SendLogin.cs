namespace Merpati.Host.Cli.Sending;

/// <summary>As whom we log in.</summary>
/// <param name="User">The name.</param>
/// <param name="Password">The password; never shown.</param>
internal sealed record SendLogin(string User, string Password)
{
    public override string ToString() => User;
}
