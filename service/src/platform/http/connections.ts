import { BlockList, isIP, type Socket } from 'node:net';
import type { Api } from './api.ts';
import { networkOfClient, plainAddress } from './client-address.ts';

/** Limits for open connections. */
export type ConnectionLimits = {
  connections: number;
  /** For one address; trusted proxies have no limit of their own. */
  connectionsPerAddress: number;
};

/** The open connections of a server. */
export type Connections = {
  /** Closes those without an active request. */
  closeIdle(): void;
  closeAll(): void;
};

type Connection = { network: string; requests: number };

/**
 * What a connection and the requests on it have in common: with TLS a request has another socket,
 * with HTTP/2 a stand-in for one.
 */
const clientOf = ({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>) =>
  `${remoteAddress} ${remotePort}`;

/** Returns a test of whether an address is in these addresses and prefixes. */
const membership = (addresses: readonly string[]): ((address: string) => boolean) => {
  const list = new BlockList();
  const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
  for (const each of addresses) {
    const [network = '', bits] = each.split('/');
    if (bits === undefined) list.addAddress(network, family(network));
    else list.addSubnet(network, Number(bits), family(network));
  }
  return (address) => isIP(address) !== 0 && list.check(address, family(address));
};

/**
 * Enforces the limits. At a limit a new connection replaces the one that has been idle longest: of
 * the same address at the address's limit, of any address at the desk's. A connection with an
 * active request or stream is not idle. Where all are busy, the new connection is closed. So a
 * client that opens connections and leaves them shuts out nobody.
 */
export const limitConnections = (
  { server }: Pick<Api, 'server'>,
  limits: ConnectionLimits,
  trustedProxies: readonly string[],
): Connections => {
  const open = new Map<Socket, Connection>();
  const byClient = new Map<string, Socket>();
  const counts = new Map<string, number>();
  /** In the order in which they became idle. */
  const idle = new Set<Socket>();
  const isProxy = membership(trustedProxies);

  const remove = (socket: Socket): void => {
    const connection = open.get(socket);
    if (!connection) return;
    open.delete(socket);
    idle.delete(socket);
    const left = (counts.get(connection.network) ?? 0) - 1;
    if (left > 0) counts.set(connection.network, left);
    else counts.delete(connection.network);
  };
  const close = (socket: Socket): void => {
    remove(socket);
    socket.destroy();
  };
  const longestIdle = (network: string | undefined): Socket | undefined => {
    for (const socket of idle)
      if (network === undefined || open.get(socket)?.network === network) return socket;
    return undefined;
  };
  const makeRoom = (newcomer: Socket, address: string, network: string): void => {
    const isAddressFull = (counts.get(network) ?? 0) > limits.connectionsPerAddress;
    if (isAddressFull && !isProxy(address)) close(longestIdle(network) ?? newcomer);
    if (open.size > limits.connections) close(longestIdle(undefined) ?? newcomer);
  };

  server.on('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress ?? '') ?? 'unknown';
    const network = networkOfClient(address);
    const client = clientOf(socket);
    open.set(socket, { network, requests: 0 });
    byClient.set(client, socket);
    counts.set(network, (counts.get(network) ?? 0) + 1);
    socket.once('close', () => {
      if (byClient.get(client) === socket) byClient.delete(client);
      remove(socket);
    });
    makeRoom(socket, address, network);
    if (open.has(socket)) idle.add(socket);
  });
  server.on('request', (request, response) => {
    const socket = byClient.get(clientOf(request.socket));
    const connection = socket && open.get(socket);
    if (!connection) return;
    connection.requests += 1;
    idle.delete(socket);
    response.once('close', () => {
      connection.requests -= 1;
      if (connection.requests === 0 && open.has(socket)) idle.add(socket);
    });
  });
  return {
    closeIdle() {
      for (const socket of idle) close(socket);
    },
    closeAll() {
      for (const socket of open.keys()) close(socket);
    },
  };
};
