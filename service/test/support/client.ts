import { z } from 'zod';

export type Answer = { status: number; headers: Headers; body: unknown };

type Headed = Record<string, string>;

/** Someone who uses the API. */
export type Client = {
  /** The header that signs the caller in. */
  authorization(): Promise<string>;
  fetch(path: string, init?: RequestInit & { headers?: Headed }): Promise<Response>;
  get(path: string, headers?: Headed): Promise<Answer>;
  post(path: string, body: unknown, headers?: Headed): Promise<Answer>;
  put(path: string, body: unknown, headers?: Headed): Promise<Answer>;
};

const tokenSchema = z.object({ access_token: z.string() });

/** Signs a demo person in. */
async function signIn(origin: string, person: string): Promise<string> {
  const response = await fetch(`${origin}/idp/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${person}:demo`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return `Bearer ${tokenSchema.parse(await response.json()).access_token}`;
}

/** A client that is signed in by the header that this answers. */
function signedInBy(
  origin: string,
  authorization: () => Promise<string>,
  always: Headed = {},
): Client {
  const request: Client['fetch'] = async (path, { headers, ...init } = {}) =>
    fetch(origin + path, {
      ...init,
      headers: { authorization: await authorization(), ...always, ...headers },
    });
  const ask = async (...of: Parameters<Client['fetch']>): Promise<Answer> => {
    const answer = await request(...of);
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  };
  const send = (method: string) => (path: string, body: unknown, headers?: Headed) =>
    ask(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    authorization,
    fetch: request,
    get: (path, headers = {}) => ask(path, { headers }),
    post: send('POST'),
    put: send('PUT'),
  };
}

/** A client that is signed in by this header, or by other ones. */
export const clientWith = (origin: string, authorization: string, always: Headed = {}): Client =>
  signedInBy(origin, async () => authorization, always);

/** A client for one of the demo people, who signs in with the first request. */
export function clientOf(origin: string, person: string): Client {
  let signedIn: Promise<string> | undefined;
  return signedInBy(origin, () => {
    signedIn ??= signIn(origin, person);
    return signedIn;
  });
}

/** The demo people at a desk. */
export const clientsOf = (origin: string) => ({
  operator: clientOf(origin, 'demo-operator'),
  supervisor: clientOf(origin, 'demo-supervisor'),
  reviewer: clientOf(origin, 'demo-reviewer'),
  admin: clientOf(origin, 'demo-admin'),
  as: (person: string) => clientOf(origin, person),
});
export type Clients = ReturnType<typeof clientsOf>;
