// relay.js LISTEN ENGINE LOG [cut=BYTES] [hang=BYTES]: stands before an engine's socket and notes each request in LOG.
// LISTEN is a socket's path, or a port of 127.0.0.1. After BYTES from the engine, over all connections, it goes away (cut: connections
// and socket) or falls silent (hang). The last line of LOG is "total BYTES" once it is asked to end (SIGTERM).
// Fairlead takes whoever listens for the engine's host: start it in that host (lab service HOST node relay.js …).
'use strict';
const net = require('net'), fs = require('fs');
const [listen, engine, log, ...options] = process.argv.slice(2);
const limit = Object.fromEntries(options.map((o) => o.split('=')).map(([k, v]) => [k, Number(v)]));
const open = new Set();
let total = 0, over = false;

function end() {
  over = true;
  for (const s of open) s.destroy();
  server.close();
  if (!/^\d+$/.test(listen)) fs.rmSync(listen, { force: true });
}

const server = net.createServer((client) => {
  if (over) return client.destroy();
  const upstream = net.connect(engine);
  for (const s of [client, upstream]) {
    open.add(s);
    s.on('error', () => {});
    s.on('close', () => { open.delete(s); client.destroy(); upstream.destroy(); });
  }
  client.on('data', (bytes) => {
    for (const m of bytes.toString('latin1').matchAll(/^(GET|POST|PUT|HEAD|DELETE) (\S+) HTTP\/1\.1\r$/gm)) fs.appendFileSync(log, `${m[1]} ${m[2]}\n`);
    upstream.write(bytes);
  });
  upstream.on('data', (bytes) => {
    const most = Math.min(limit.cut ?? Infinity, limit.hang ?? Infinity);
    const pass = bytes.subarray(0, Math.max(0, most - total));
    total += pass.length;
    if (pass.length === bytes.length && total < most) return client.write(pass);
    client.write(pass, () => { if (limit.cut !== undefined) end(); });
  });
});
process.on('SIGTERM', () => { fs.appendFileSync(log, `total ${total}\n`); process.exit(0); });
if (limit.cut === 0) process.exit(0);
server.listen(/^\d+$/.test(listen) ? { host: '127.0.0.1', port: Number(listen) } : listen, () => {
  if (!/^\d+$/.test(listen)) fs.chmodSync(listen, 0o666);
  fs.writeFileSync(log, '');
});
