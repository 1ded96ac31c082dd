using Merpati.Host.Cli;
using Merpati.Host.Composition;

SocketEngine.Prepare();
Console.SetError(new ForgivingWriter(Console.Error));
return await MerpatiCommand.RunAsync(args);
