using System.Net.Sockets;
using System.Text;
using Fairlead.Engine.Client;

namespace Fairlead.Tests.Engine;

/// <summary>A unix socket at which each connection is answered by given bytes: for answers that no engine gives.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private readonly Func<Stream, int, CancellationToken, Task> _serve;
    private int _connections;

    /// <param name="serve">One connection and its number from 1; it is closed when the task ends.</param>
    public SocketServer(Func<Stream, int, CancellationToken, Task> serve)
    {
        _serve = serve;
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "fl" + System.IO.Path.GetRandomFileName());
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(8);
        _accepting = AcceptAsync();
    }

    public string Path { get; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Answers every request of every connection with the same bytes, then closes where they say so or are cut short.</summary>
    public static SocketServer Saying(string answer, bool close = true) => Saying(Encoding.Latin1.GetBytes(answer), close);

    public static SocketServer Saying(byte[] answer, bool close = true) => new(async (stream, _, cancel) =>
    {
        while (await RequestAsync(stream, cancel))
        {
            await stream.WriteAsync(answer, cancel);
            if (close)
                return;
        }
    });

    /// <summary>Reads one head without a body; false at the end.</summary>
    public static async Task<bool> RequestAsync(Stream stream, CancellationToken cancel)
    {
        var one = new byte[1];
        var last = "";
        while (await stream.ReadAsync(one, cancel) > 0)
        {
            last = (last.Length > 3 ? last[^3..] : last) + (char)one[0];
            if (last == "\r\n\r\n")
                return true;
        }
        return false;
    }

    public EngineClient Client(TimeSpan? limit = null) => new(
        new EngineDialler(new EngineEndpoint { Kind = EndpointKind.Unix, Path = Path, Display = "unix://" + Path }, TimeSpan.FromSeconds(30)), limit ?? TimeSpan.FromSeconds(60), "0");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        File.Delete(Path);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var all = new List<Task>();
        try
        {
            while (true)
                all.Add(OneAsync(await _listener.AcceptAsync(_end.Token), Interlocked.Increment(ref _connections)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(all);
        }
    }

    private async Task OneAsync(Socket socket, int number)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await _serve(stream, number, _end.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // the other side has seen enough
        }
    }
}
