using System.Runtime.InteropServices;

namespace Merpati.Auth.Passwords;

/// <summary>Lets the calling thread give way to the others. .NET does not pass thread priorities on to Linux.</summary>
internal static class ThreadNiceness
{
    private const int PrioProcess = 0;
    private const int Nice = 10;

    /// <summary>Lowers the calling thread for good. Where the system has no such thing or refuses, nothing changes.</summary>
    public static void GiveWay()
    {
        // On Linux the niceness belongs to the thread, and 0 means the calling one. Refusal costs only the courtesy.
        if (OperatingSystem.IsLinux()) _ = SetPriority(PrioProcess, 0, Nice);
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, uint who, int value);
}
