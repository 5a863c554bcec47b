import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, type CallEnd, openConnections } from '../../src/nig/call-nig.ts';
import { freePort } from '../support/free-port.ts';
import { listen } from '../support/listen.ts';

const PUT: Call = { method: 'PUT', path: '/', headers: {}, body: '{}' };
const TIMEOUT_MS = 500;

type Listener = (socket: Socket) => void;

/** Calls a TCP server that handles each connection as the test says. */
const callTo = async (
  onConnection: Listener,
  { protocol = 'http', call = PUT, timeoutMs = TIMEOUT_MS, pauseMs = 0 } = {},
): Promise<CallEnd> => {
  await using server = await listen(
    createServer((socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    }),
  );
  const connections = openConnections({
    origin: `${protocol}://127.0.0.1:${server.port}`,
    timeoutMs,
    most: 1,
  });
  try {
    const calling = connections.call(call);
    const pausedUntil = performance.now() + pauseMs;
    while (performance.now() < pausedUntil); // Blocks connections and timers.
    return await calling;
  } finally {
    await connections.close();
  }
};

const whenAsked =
  (answer: Listener): Listener =>
  (socket) =>
    void socket.once('data', () => answer(socket));

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** The client's end of the next connection, where the kernel reports errors. */
const nextClientSocket = (): Promise<Socket> =>
  new Promise((resolve) => {
    const take = (message: unknown) => {
      unsubscribe('net.client.socket', take);
      assert.ok(typeof message === 'object' && message !== null && 'socket' in message);
      resolve(message.socket as Socket);
    };
    subscribe('net.client.socket', take);
  });

for (const code of [
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'ECONNREFUSED',
])
  test(`after ${code} on an established connection NIG may have the request`, async () => {
    const client = nextClientSocket();
    const { end } = await callTo(
      whenAsked(
        () =>
          void client.then((socket) => socket.destroy(Object.assign(new Error(code), { code }))),
      ),
    );
    assert.equal(end, 'cut-off');
  });

test('after a reset behind the request NIG may have it', async () => {
  assert.equal((await callTo(whenAsked((socket) => void socket.resetAndDestroy()))).end, 'cut-off');
});

test('after a connection that ended within the answer NIG may have the request', async () => {
  for (const answer of [
    '',
    'HTTP/1.1 20',
    `${HEAD}content-length: 10\r\n\r\n{"a"`,
    `${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"a":`,
    'no HTTP at all\r\n\r\n',
  ])
    assert.equal(
      (await callTo(whenAsked((socket) => void socket.end(answer)))).end,
      'cut-off',
      answer,
    );
});

test('nothing was sent where nobody listens or the name does not exist', async () => {
  for (const origin of [`http://127.0.0.1:${await freePort()}`, 'http://nig.invalid']) {
    const connections = openConnections({ origin, timeoutMs: TIMEOUT_MS, most: 1 });
    assert.equal((await connections.call(PUT)).end, 'nothing-sent', origin);
    await connections.close();
  }
});

test('nothing was sent where TLS fails before the request', async () => {
  const ways: Listener[] = [
    // Does not speak TLS.
    whenAsked((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    // Refuses with a fatal alert, handshake_failure (RFC 8446, section 6).
    whenAsked((socket) => void socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 40]))),
    whenAsked((socket) => void socket.end()),
    whenAsked((socket) => void socket.resetAndDestroy()),
    // Does not answer.
    () => {},
  ];
  for (const way of ways)
    assert.equal((await callTo(way, { protocol: 'https' })).end, 'nothing-sent', String(way));
});

test('an answer of single bytes does not extend the deadline', async () => {
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
    // The whole answer takes several seconds.
    assert.equal(end, 'cut-off');
  }
});

test('100 and 103 are skipped before the answer', async () => {
  const early = 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n';
  const end = await callTo(
    whenAsked((socket) => void socket.end(`${early}${HEAD}content-length: 2\r\n\r\n{}`)),
  );
  assert.ok(
    end.end === 'answered' && end.status === 200 && Buffer.from(end.body).toString() === '{}',
  );
});

test('a body of 64 KiB is read, a longer one refused', async () => {
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

test('a call that waits for a connection until its deadline never sends', async () => {
  const asked: Socket[] = [];
  await using server = await listen(
    createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => asked.push(socket));
    }),
  );
  const connections = openConnections({ origin: server.url, timeoutMs: TIMEOUT_MS, most: 1 });
  const [first, second] = [connections.call(PUT), connections.call(PUT)];
  assert.deepEqual([(await first).end, (await second).end], ['cut-off', 'nothing-sent']);
  await connections.close();
  assert.equal(asked.length, 1);
});

test('a process that was paused after the call began sends nothing', async () => {
  let asked = 0;
  const listener: Listener = (socket) => void socket.on('data', () => asked++);
  const call = { ...PUT, beginWithinMs: 50 };
  const { end } = await callTo(listener, { call, pauseMs: 100 });
  assert.deepEqual([end, asked], ['nothing-sent', 0]);
  assert.equal((await callTo(listener, { call: PUT, pauseMs: 100 })).end, 'cut-off');
});
