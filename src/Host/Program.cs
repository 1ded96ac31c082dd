using Merpati.Host.Cli;

return await MerpatiCommand.RunAsync(args);
