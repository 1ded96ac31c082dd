using Merpati.Host.Cli;
using Merpati.Host.Composition;

SocketEngine.Prepare();
return await MerpatiCommand.RunAsync(args);
