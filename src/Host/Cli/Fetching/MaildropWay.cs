using Merpati.Delivery.Collecting;
using Merpati.Host.Composition;
using Merpati.Storage.Collecting;

namespace Merpati.Host.Cli.Fetching;

/// <summary>The way to a maildrop.</summary>
/// <param name="Url">Where it is, and whose.</param>
/// <param name="Tls">What is asked of TLS.</param>
/// <param name="Manner">How the dialogue goes.</param>
internal sealed record MaildropWay(MaildropUrl Url, CollectTls Tls, Pop3Manner Manner);
