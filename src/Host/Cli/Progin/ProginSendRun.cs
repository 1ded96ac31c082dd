using Merpati.Progin.Client;

namespace Merpati.Host.Cli.Progin;

/// <summary>One message on its way, and the one line that says what became of it.</summary>
internal sealed class ProginSendRun(ProginClient client, ProginServer server, IReadOnlyList<string> recipients)
{
    private readonly List<string> _accepted = [];
    private readonly List<string> _refused = [];

    /// <summary>Sends it. Throws <see cref="CommandFailure"/> unless everybody got it.</summary>
    public async Task RunAsync((string User, byte[] Password) login, (string? Subject, Stream Text) message, CancellationToken cancellation)
    {
        var step = await client.BeginMessageAsync(login.User, login.Password, cancellation);
        if (step.Outcome == ProginOutcome.Refused) throw new CommandFailure($"{server} refuses the login of {ControlText.Escape(login.User)}: {Reason(step)}");
        if (!step.IsDone) throw new CommandFailure($"{server}: {step.Text}; nothing was sent");
        foreach (var recipient in recipients) await AddAsync(recipient, cancellation);
        if (_accepted.Count == 0) throw new CommandFailure($"nothing was sent; refused: {Refusals}");
        var sending = await client.SendTextAsync(message.Subject, message.Text, cancellation);
        if (sending.MayHaveArrived) throw new CommandFailure($"{server}: {sending.Step.Text}; whether the message was sent is not known");
        if (!sending.Step.IsDone) throw new CommandFailure($"{server} does not take the message: {Reason(sending.Step)}; nothing was sent");
        Print();
        if (_refused.Count > 0) throw new CommandFailure($"refused: {Refusals}");
    }

    // Who is only told that a disk is full would send it again.
    private void Print()
    {
        var line = $"sent to {string.Join(", ", _accepted)}";
        try
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
        catch (IOException fault)
        {
            throw new CommandFailure($"{line}{(_refused.Count > 0 ? $"; refused: {Refusals}" : "")}; standard output cannot be written: {ControlText.Escape(fault.Message)}");
        }
    }

    private string Refusals => string.Join("; ", _refused);

    private async Task AddAsync(string recipient, CancellationToken cancellation)
    {
        var step = await client.AddRecipientAsync(recipient, cancellation);
        if (step.IsDone) _accepted.Add(ControlText.Escape(recipient));
        else if (step.Outcome == ProginOutcome.Refused) _refused.Add($"{ControlText.Escape(recipient)} ({Reason(step)})");
        else throw new CommandFailure($"{server}: {step.Text}; nothing was sent");
    }

    // The words behind ERR.
    internal static string Reason(ProginStep step) =>
        ControlText.Escape(step.Text.StartsWith("ERR ", StringComparison.OrdinalIgnoreCase) ? step.Text[4..].TrimEnd('.') : step.Text);
}
