import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy between a browser and the desk whose connections can freeze: open, but without data. */
export async function freezingProxy() {
  const connections = new Set<Duplex>();
  const server = createServer((from, to) => {
    const onward = request(
      from.url ?? '',
      { method: from.method, headers: from.headers },
      (answer) => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      },
    );
    // The browser or the desk has gone.
    onward.on('error', () => to.destroy());
    to.on('close', () => onward.destroy());
    from.pipe(onward);
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** What is open now says nothing more, in neither direction; new connections work. */
    freeze(): void {
      for (const connection of connections) {
        connection.pause();
        connection.cork();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.destroy();
      server.close();
    },
  };
}
