import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { startTestDesk, type TestDesk, useDesk } from '../../support/desk.ts';
import { until } from '../../support/until.ts';

const desk = await useDesk();

/** A connection that sends `ask` and stays open. `localAddress`: another client. */
const open = async (at: TestDesk, ask = '', localAddress = '127.0.0.1'): Promise<Socket> => {
  const socket = connect({
    port: Number(new URL(at.origin).port),
    host: '127.0.0.1',
    localAddress,
  });
  after(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  if (ask !== '') {
    const answered = once(socket, 'data');
    socket.write(ask);
    await answered;
  }
  return socket;
};
const PROBE = 'GET /healthz HTTP/1.1\r\nhost: desk\r\n\r\n';

const isClosed = (socket: Socket) => until('it is closed', async () => socket.closed);
const isAnswering = async (at: TestDesk) =>
  assert.equal((await fetch(`${at.origin}/healthz`)).status, 200);

test('at the limit a new connection replaces the one that is idle longest', async () => {
  const limits = { connections: 10 };
  await using small = await startTestDesk({ beside: desk, limits });
  const sockets: Socket[] = [];
  for (let n = 0; n < 10; n++) sockets.push(await open(small, PROBE));
  const [first, second] = sockets;
  assert.ok(first && second);
  // After another request the second connection is idle longest.
  const again = once(first, 'data');
  first.write(PROBE);
  await again;
  await isAnswering(small);
  await isClosed(second);
  assert.equal(first.closed, false);
});

test('a new connection is closed where all connections are busy, as with streams', async () => {
  const limits = { connections: 10 };
  await using small = await startTestDesk({ beside: desk, limits });
  const authorization = await small.operator.authorization();
  const stream = `GET /ticket/ctt/events HTTP/1.1\r\nhost: desk\r\nauthorization: ${authorization}\r\n\r\n`;
  const sockets: Socket[] = [];
  for (let n = 0; n < 10; n++) sockets.push(await open(small, stream));
  await isClosed(await open(small));
  assert.deepEqual(
    sockets.map(({ closed }) => closed),
    Array(10).fill(false),
  );
  sockets[0]?.destroy();
  await until('there is room', () =>
    fetch(`${small.origin}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
});

test('an address at its limit loses only its own idle connections', async () => {
  const limits = { connections: 10, connectionsPerAddress: 5 };
  await using small = await startTestDesk({ beside: desk, limits });
  const others = [await open(small, PROBE, '127.0.0.2'), await open(small, PROBE, '127.0.0.2')];
  const own: Socket[] = [];
  for (let n = 0; n < 12; n++) own.push(await open(small, PROBE));
  await until(
    'the first seven are closed',
    async () => own.filter(({ closed }) => closed).length === 7,
  );
  assert.deepEqual(
    own.map(({ closed }) => closed),
    [...Array(7).fill(true), ...Array(5).fill(false)],
  );
  assert.deepEqual(
    others.map(({ closed }) => closed),
    [false, false],
  );
});

test('a trusted proxy has no limit per address', async () => {
  const limits = { connections: 10, connectionsPerAddress: 5 };
  await using small = await startTestDesk({
    beside: desk,
    limits,
    trustedProxies: ['127.0.0.0/30', '::1'],
  });
  const sockets: Socket[] = [];
  for (let n = 0; n < 9; n++) sockets.push(await open(small, PROBE));
  await isAnswering(small);
  assert.deepEqual(
    sockets.map(({ closed }) => closed),
    Array(9).fill(false),
  );
});
