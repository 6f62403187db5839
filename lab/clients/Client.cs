using System;
using System.Net.Http;
using System.Threading.Tasks;

// A .NET client of the image `clients` (lab/images): asks for one URL again and again, and writes what came of it as .NET does.
internal static class Client
{
    private static async Task Main(string[] args)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        while (true)
        {
            try
            {
                Console.WriteLine(await client.GetStringAsync(args[0]));
            }
            catch (Exception e)
            {
                Console.Error.WriteLine(e);
            }
            await Task.Delay(TimeSpan.FromSeconds(30));
        }
    }
}
