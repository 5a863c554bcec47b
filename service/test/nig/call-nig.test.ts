import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, type CallEnd, openConnections } from '../../src/nig/call-nig.ts';
import { freePort } from '../support/free-port.ts';

const PUT: Call = { method: 'PUT', path: '/', headers: {}, body: '{}' };
const TIMEOUT_MS = 500;

type Listener = (socket: Socket) => void;

/** Makes a call to a TCP server that does with each connection what the test says. */
const callTo = async (
  onConnection: Listener,
  { protocol = 'http', call = PUT, timeoutMs = TIMEOUT_MS, pauseMs = 0 } = {},
): Promise<CallEnd> => {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const connections = openConnections(`${protocol}://127.0.0.1:${address.port}`, timeoutMs, 1);
  try {
    const calling = connections.call(call);
    const pausedUntil = performance.now() + pauseMs;
    while (performance.now() < pausedUntil); // Neither connections nor timers go on meanwhile.
    return await calling;
  } finally {
    await connections.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
};

const whenAsked =
  (answer: Listener): Listener =>
  (socket) =>
    void socket.once('data', () => answer(socket));

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** The client's end of the connection that is made next: what the kernel reports arrives there. */
const nextClientSocket = (): Promise<Socket> =>
  new Promise((resolve) => {
    const listen = (message: unknown) => {
      unsubscribe('net.client.socket', listen);
      assert.ok(typeof message === 'object' && message !== null && 'socket' in message);
      resolve(message.socket as Socket);
    };
    subscribe('net.client.socket', listen);
  });

for (const code of ['ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EPIPE', 'ECONNREFUSED'])
  test(`${code} on an established connection: NIG may have the request`, async () => {
    const client = nextClientSocket();
    const { end } = await callTo(
      whenAsked(() => void client.then((socket) => socket.destroy(Object.assign(new Error(code), { code })))),
    );
    assert.equal(end, 'cut-off');
  });

test('a real reset after the request: NIG may have it', async () => {
  assert.equal((await callTo(whenAsked((socket) => void socket.resetAndDestroy()))).end, 'cut-off');
});

test('the connection ends before the answer is whole: NIG may have the request', async () => {
  for (const answer of [
    '',
    'HTTP/1.1 20',
    `${HEAD}content-length: 10\r\n\r\n{"a"`,
    `${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"a":`,
    'no HTTP at all\r\n\r\n',
  ])
    assert.equal((await callTo(whenAsked((socket) => void socket.end(answer)))).end, 'cut-off', answer);
});

test('nobody listens, or the name does not exist: nothing was sent', async () => {
  for (const origin of [`http://127.0.0.1:${await freePort()}`, 'http://nig.invalid']) {
    const connections = openConnections(origin, TIMEOUT_MS, 1);
    assert.equal((await connections.call(PUT)).end, 'nothing-sent', origin);
    await connections.close();
  }
});

test('TLS fails before the request, in each way: nothing was sent', async () => {
  const ways: Listener[] = [
    // Speaks no TLS.
    whenAsked((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    // Refuses with a fatal alert, handshake_failure (RFC 8446, section 6).
    whenAsked((socket) => void socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 40]))),
    whenAsked((socket) => void socket.end()),
    whenAsked((socket) => void socket.resetAndDestroy()),
    // Says nothing.
    () => {},
  ];
  for (const way of ways)
    assert.equal((await callTo(way, { protocol: 'https' })).end, 'nothing-sent', String(way));
});

test('an answer that comes one byte at a time does not move the deadline', async () => {
  const trickle = async (socket: Socket, text: string): Promise<void> => {
    for (const byte of Buffer.from(text)) {
      if (socket.destroyed) return;
      socket.write(Buffer.of(byte));
      await sleep(20);
    }
  };
  const body = `{"status":"accepted","reference":"${'x'.repeat(100)}"}`;
  for (const head of ['', `${HEAD}content-length: ${body.length}\r\n\r\n`]) {
    const { end } = await callTo(
      whenAsked((socket) => {
        socket.write(head);
        void trickle(socket, head ? body : `${HEAD}content-length: ${body.length}\r\n\r\n${body}`);
      }),
    );
    // The whole answer takes some seconds.
    assert.equal(end, 'cut-off');
  }
});

test('100 and 103 precede the answer, which counts', async () => {
  const early = 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n';
  const end = await callTo(
    whenAsked((socket) => void socket.end(`${early}${HEAD}content-length: 2\r\n\r\n{}`)),
  );
  assert.ok(end.end === 'answered' && end.status === 200 && Buffer.from(end.body).toString() === '{}');
});

test('a body of 64 KiB is read, a longer one is not', async () => {
  for (const [bytes, end] of [
    [65_536, 'answered'],
    [65_537, 'cut-off'],
    [100_000_000, 'cut-off'],
  ] as const) {
    const chunk = Buffer.alloc(Math.min(bytes, 65_536), ' ');
    const isRead = await callTo(
      whenAsked((socket) => {
        socket.write(`${HEAD}content-length: ${bytes}\r\n\r\n`);
        const writeRest = (left: number): void => {
          if (left === 0 || socket.destroyed) return;
          const size = Math.min(left, chunk.length);
          socket.write(chunk.subarray(0, size), () => writeRest(left - size));
        };
        writeRest(bytes);
      }),
      { timeoutMs: 20_000 },
    );
    assert.equal(isRead.end, end, `${bytes} bytes`);
  }
});

test('a call that waits for a connection until its deadline sent nothing, and never does', async () => {
  const asked: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => asked.push(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const connections = openConnections(`http://127.0.0.1:${address.port}`, TIMEOUT_MS, 1);
  const [first, second] = [connections.call(PUT), connections.call(PUT)];
  assert.deepEqual([(await first).end, (await second).end], ['cut-off', 'nothing-sent']);
  await connections.close();
  assert.equal(asked.length, 1);
  server.close();
});

test('a process that was paused after the call began sends nothing', async () => {
  let asked = 0;
  const listener: Listener = (socket) => void socket.on('data', () => asked++);
  const call = { ...PUT, beginWithinMs: 50 };
  const { end } = await callTo(listener, { call, pauseMs: 100 });
  assert.deepEqual([end, asked], ['nothing-sent', 0]);
  assert.equal((await callTo(listener, { call: PUT, pauseMs: 100 })).end, 'cut-off');
});
