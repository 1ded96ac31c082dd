using System.Security.Cryptography;

namespace Merpati.Auth.Passwords;

/// <summary>One computation and all who wait for its answer. Its counters are guarded by the checker's lock.</summary>
internal sealed class PasswordCheck
{
    private readonly TaskCompletionSource<LoginVerdict> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _password;

    public PasswordCheck(LoginKey key, bool grants, PasswordVerifier verifier, ReadOnlySpan<byte> password)
    {
        Key = key;
        Grants = grants;
        Verifier = verifier;
        // A copy of our own, since a caller who stops waiting may reuse its octets; pinned, so that erasing it leaves no other copy behind.
        _password = GC.AllocateUninitializedArray<byte>(password.Length, pinned: true);
        password.CopyTo(_password);
        Place = new LinkedListNode<PasswordCheck>(this);
    }

    public LoginKey Key { get; }

    /// <summary>False when the login is refused whatever comes out, and the computation only takes its time.</summary>
    public bool Grants { get; }

    public PasswordVerifier Verifier { get; }

    public ReadOnlySpan<byte> Password => _password;

    public int Waiting { get; set; }

    /// <summary>Its place in the waiting line; in no list once a thread has taken it.</summary>
    public LinkedListNode<PasswordCheck> Place { get; }

    public Task<LoginVerdict> Answer => _answer.Task;

    public void Complete(LoginVerdict verdict)
    {
        Erase();
        _answer.TrySetResult(verdict);
    }

    public void Fail(Exception failure)
    {
        Erase();
        _answer.TrySetException(failure);
    }

    public void Erase() => CryptographicOperations.ZeroMemory(_password);
}
