using Fairlead.Cli;
using Fairlead.Cli.Commands;

return await Entry.RunAsync(args, new Backend(), Surroundings.OfProcess(), CancellationToken.None).ConfigureAwait(false);
