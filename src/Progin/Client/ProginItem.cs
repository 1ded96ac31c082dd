namespace Merpati.Progin.Client;

/// <summary>A piece of a listing, in the order in which it comes.</summary>
public abstract record ProginItem;

/// <summary>How many messages there are; the first of all.</summary>
/// <param name="Messages">The number.</param>
public sealed record ProginCount(int Messages) : ProginItem;

/// <summary>A message begins. What it does not have is empty.</summary>
/// <param name="Number">Its number, from 1 on.</param>
/// <param name="To">Whom it is written to.</param>
/// <param name="From">Who wrote it.</param>
/// <param name="Time">The day, as in 09-03-09: day, month, year.</param>
/// <param name="Subject">What it is about.</param>
public sealed record ProginHead(int Number, string To, string From, string Time, string Subject) : ProginItem;

/// <summary>The next piece of its text, lines ending in LF; at most some 16,000 characters, and never half a character.</summary>
/// <param name="Text">The piece.</param>
public sealed record ProginText(string Text) : ProginItem;

/// <summary>The message has ended, whole.</summary>
/// <param name="Number">Its number.</param>
public sealed record ProginEnd(int Number) : ProginItem;

/// <summary>The listing was refused or broke off; the last of all.</summary>
/// <param name="Step">Why.</param>
public sealed record ProginFailure(ProginStep Step) : ProginItem;
