using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests.Agent;

/// <summary>
/// Real servers of the lab's images, each run from its unpacked folder in the server's namespace, without an engine. PostgreSQL is the machine's own
/// where it has one. Databases let in 192.0.2.1 and nobody else: over IPv6 they refuse.
/// </summary>
public sealed class ServerPlace : IAsyncLifetime
{
    private string folder = "";

    public OwnNetns Own { get; private set; } = null!;

    /// <summary>Why there is no PostgreSQL; null when it runs.</summary>
    public string? NoPostgres { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Own = await OwnNetns.MakeAsync();
        folder = Directory.CreateTempSubdirectory("fairlead-servers").FullName;
        _ = (await Shell.RunAsync(Paths.Script("images"), ["redis", "mariadb", "nginx", "node"], null, TimeSpan.FromMinutes(10))).Text;
        var images = Environment.GetEnvironmentVariable("FAIRLEAD_IMAGES") is { Length: > 0 } given ? given : "/var/tmp/fairlead-images";
        await OwnNetns.RunAsync($"""
            for i in redis mariadb nginx node; do mkdir -p {folder}/$i; tar -xf {images}/$i.tar -C {folder}/$i; mkdir -p {folder}/$i/dev {folder}/$i/tmp; chmod 755 {folder} {folder}/$i; chmod 1777 {folder}/$i/tmp
              for d in null zero urandom; do [ -e {folder}/$i/dev/$d ] || cp -a /dev/$d {folder}/$i/dev/; done; done
            """);
        Redis();
        await MariaDbAsync();
        await NginxAsync();
        await NodeAsync();
        await PostgresAsync();
        Own.Hold(Own.Server, "dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--local=/#/", "--listen-address=192.0.2.2", "--bind-interfaces", "--conf-file=/dev/null", "--pid-file=");
        foreach (var port in new[] { 6379, 6380, 6381, 3306, 80, 443, 8444, 9000, 53 })
            await ListeningAsync(port);
        if (NoPostgres is null)
            await ListeningAsync(5432);
    }

    public async ValueTask DisposeAsync()
    {
        if (Own is not null)
        {
            // databases start further processes
            foreach (var pid in (await Shell.RunAsync("ip", "netns", "pids", Own.Server)).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                await Shell.RunAsync("kill", "-9", pid);
            await Own.DisposeAsync();
        }
        if (folder.Length > 0)
            await Shell.RunAsync("rm", "-rf", "--one-file-system", folder);
    }

    private void Run(string image, params string[] command) => Own.Hold(Own.Server, ["chroot", $"{folder}/{image}", .. command]);

    private void Redis()
    {
        string[] plain = ["redis-server", "--bind", "*", "-::*", "--dir", "/tmp", "--save", ""];
        Run("redis", [.. plain, "--port", "6379", "--protected-mode", "no"]);
        Run("redis", [.. plain, "--port", "6380", "--requirepass", "secret"]);
        Run("redis", [.. plain, "--port", "6381"]);
    }

    private async Task MariaDbAsync()
    {
        await File.WriteAllTextAsync($"{folder}/mariadb/init.sql", "CREATE USER IF NOT EXISTS lab@'192.0.2.1' IDENTIFIED BY 'lab';\n");
        var start = $"{folder}/mariadb/start";
        await File.WriteAllTextAsync(start, (await File.ReadAllTextAsync(start)).Replace("exec mariadbd ", "exec mariadbd --skip-name-resolve ", StringComparison.Ordinal));
        Run("mariadb", "env", "BIND=*", "sh", "/start");
    }

    private async Task NginxAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = new CertificateRequest("CN=server.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        foreach (var image in new[] { "nginx", "node" })
        {
            await File.WriteAllTextAsync($"{folder}/{image}/cert.pem", certificate.ExportCertificatePem());
            await File.WriteAllTextAsync($"{folder}/{image}/key.pem", key.ExportPkcs8PrivateKeyPem());
        }
        await File.WriteAllTextAsync($"{folder}/nginx/etc/nginx/conf.d/default.conf", """
            server { listen 80; listen [::]:80; root /www;
              location = /none { return 404; } location = /bad { return 502; } location = /moved { return 301 http://elsewhere.test/; } }
            server { listen 443 ssl; listen [::]:443 ssl; root /www; ssl_certificate /cert.pem; ssl_certificate_key /key.pem; }
            """);
        Run("nginx", "nginx", "-g", "daemon off;");
    }

    private async Task NodeAsync()
    {
        await File.WriteAllTextAsync($"{folder}/node/app/servers.js", """
            const { WebSocketServer } = require('ws'), https = require('https'), fs = require('fs');
            new WebSocketServer({ port: 9000, host: '::' });
            https.createServer({ key: fs.readFileSync('/key.pem'), cert: fs.readFileSync('/cert.pem') }, (q, r) => r.end('hello')).listen(8444, '::');
            """);
        Run("node", "node", "/app/servers.js");
    }

    private async Task PostgresAsync()
    {
        var found = (await Shell.RunAsync("sh", "-c", "ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1")).Stdout.Trim();
        if (found.Length == 0)
        {
            NoPostgres = "this machine has no PostgreSQL (apt-get install postgresql-15)";
            return;
        }
        await OwnNetns.RunAsync($"""
            mkdir {folder}/postgres; chown 65534:65534 {folder}/postgres; cd {folder}/postgres
            setpriv --reuid 65534 --regid 65534 --clear-groups {found}/initdb -D {folder}/postgres/data --no-sync -A trust >/dev/null
            echo 'host all all 192.0.2.1/32 trust' >{folder}/postgres/data/pg_hba.conf
            """);
        Own.Hold(Own.Server, "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", $"{found}/postgres", "-D", $"{folder}/postgres/data", "-c", "listen_addresses=*",
            "-c", $"unix_socket_directories={folder}/postgres");
    }

    private async Task ListeningAsync(int port)
    {
        var deadline = DateTime.UtcNow.AddMinutes(2);
        while (!(await Own.InServerAsync("ss -Hltn")).Contains($":{port} ", StringComparison.Ordinal))
        {
            if (DateTime.UtcNow > deadline)
                throw new IOException($"nothing came to listen on {port}");
            await Task.Delay(100);
        }
    }
}
