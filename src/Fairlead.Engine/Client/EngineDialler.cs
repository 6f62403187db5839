using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using Fairlead.Engine.Snapshots;

namespace Fairlead.Engine.Client;

/// <summary>A duplex stream to the engine and what is known of who is behind it.</summary>
/// <param name="PeerPid">Process that listens on the unix socket (SO_PEERCRED, unix(7)); 0 where it cannot be asked or lives in another pid namespace.</param>
public sealed record EngineStream(Stream Stream, int PeerPid, IDisposable? Owner);

/// <summary>Opens streams to an endpoint. One kind of stream serves the socket, TCP, dial-stdio and ssh.</summary>
public sealed class EngineDialler(EngineEndpoint endpoint, TimeSpan limit)
{
    private const int SolSocket = 1, SoPeercred = 17;

    public EngineEndpoint Endpoint => endpoint;

    /// <exception cref="EngineUnavailableException">Nobody there, or not permitted.</exception>
    public async Task<EngineStream> OpenAsync(CancellationToken cancel)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(limit);
        try
        {
            return endpoint.Kind switch
            {
                EndpointKind.Unix => await UnixAsync(timed.Token),
                EndpointKind.Tcp => await TcpAsync(timed.Token),
                EndpointKind.Process => ProcessStream(),
                _ => throw new InvalidOperationException("unknown endpoint kind"),
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new EngineUnavailableException(EngineFailure.Busy, $"{endpoint.Display}: no connection within {limit.TotalSeconds:0.#} s", "Is the engine overloaded?");
        }
        catch (SocketException e)
        {
            throw Explain(e);
        }
        catch (ArgumentException e)
        {
            throw new EngineUnavailableException(EngineFailure.Unreachable, $"{endpoint.Display}: too long for the path of a socket", "Such a path has at most 107 bytes.", e);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new EngineUnavailableException(EngineFailure.Unreachable, $"{endpoint.Display}: cannot start {endpoint.Command[0]}: {e.Message}", "", e);
        }
    }

    private async Task<EngineStream> UnixAsync(CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.Path), cancel);
            return new EngineStream(new NetworkStream(socket, ownsSocket: true), PeerOf(socket), null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<EngineStream> TcpAsync(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancel);
            return new EngineStream(new NetworkStream(socket, ownsSocket: true), 0, null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static int PeerOf(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        try
        {
            return socket.GetRawSocketOption(SolSocket, SoPeercred, credentials) == 12 ? BinaryPrimitives.ReadInt32LittleEndian(credentials) : 0;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private EngineStream ProcessStream()
    {
        var start = new ProcessStartInfo(endpoint.Command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in endpoint.Command.Skip(1))
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new EngineUnavailableException(EngineFailure.Unreachable, $"{endpoint.Display}: cannot start {endpoint.Command[0]}", "");
        var stream = new PipedStream(process);
        return new EngineStream(stream, 0, stream);
    }

    private EngineUnavailableException Explain(SocketException e)
    {
        var unix = endpoint.Kind == EndpointKind.Unix;
        return e.SocketErrorCode switch
        {
            SocketError.AccessDenied => new EngineUnavailableException(EngineFailure.Forbidden, $"{endpoint.Display}: permission denied",
                "Run as root, or as a user of the group that owns the socket (usually docker).", e),
            _ when unix && OwnerFile.Opens(endpoint.Path) => new EngineUnavailableException(EngineFailure.Unreachable,
                $"{endpoint.Display}: not a socket", "Name the engine's socket with --host or --context.", e),
            SocketError.ConnectionRefused => new EngineUnavailableException(EngineFailure.Unreachable,
                $"{endpoint.Display}: nothing listens there", unix ? "The socket is there but no engine behind it: start the engine." : "Start the engine, or give its address with --host.", e),
            _ when unix && !File.Exists(endpoint.Path) => new EngineUnavailableException(EngineFailure.Unreachable, $"{endpoint.Display}: no such socket",
                "Start the engine, or name another one with --host or --context.", e),
            _ => new EngineUnavailableException(EngineFailure.Unreachable, $"{endpoint.Display}: {e.Message}", "Give the engine's address with --host or --context.", e),
        };
    }
}
