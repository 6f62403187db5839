using Fairlead.Cli;
using Fairlead.Cli.Commands;

var around = Surroundings.OfProcess();
return await Entry.RunAsync(args, EngineBackend.Make(around), around, CancellationToken.None).ConfigureAwait(false);
