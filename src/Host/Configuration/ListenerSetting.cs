using System.Net;

namespace Merpati.Host.Configuration;

/// <summary>The keys of one listener.</summary>
/// <param name="Name">Its name, as <c>serve</c> prints it.</param>
/// <param name="EndPoints">Where it listens.</param>
/// <param name="ProxyFrom">From where it takes PROXY headers.</param>
internal sealed record ListenerSetting(string Name, Setting.Of<IReadOnlyList<IPEndPoint>> EndPoints, Setting.Of<IReadOnlyList<IPNetwork>> ProxyFrom);
