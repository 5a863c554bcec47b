/** An operation of a NATS client: its words, and the payload of a publish. */
export type Operation = {
  verb: string;
  words: readonly string[];
  /** Of PUB and HPUB: without the headers. */
  payload: Buffer;
  /** The text of the headers of HPUB. */
  headers: string;
};

const CRLF = Buffer.from('\r\n');
const NONE = Buffer.alloc(0);

/** Reads the operations of a client (NATS client protocol). Keeps what is incomplete. */
export const createParser = (handle: (operation: Operation) => void) => {
  let waiting: Buffer = NONE;
  /** The length of one operation at the start of `waiting`; 0: it is incomplete. */
  const take = (): number => {
    const end = waiting.indexOf(CRLF);
    if (end === -1) return 0;
    const line = waiting.toString('utf8', 0, end);
    const [first = '', ...words] = line.split(/\s+/);
    const verb = first.toUpperCase();
    const from = end + CRLF.length;
    if (verb !== 'PUB' && verb !== 'HPUB') {
      const rest = line.slice(first.length).trim();
      handle({ verb, words: verb === 'CONNECT' ? [rest] : words, payload: NONE, headers: '' });
      return from;
    }
    const total = Number(words.at(-1));
    if (waiting.length < from + total + CRLF.length) return 0;
    const headerBytes = verb === 'HPUB' ? Number(words.at(-2)) : 0;
    handle({
      ...{ verb, words: words.slice(0, verb === 'HPUB' ? -2 : -1) },
      headers: waiting.toString('utf8', from, from + headerBytes),
      payload: Buffer.from(waiting.subarray(from + headerBytes, from + total)),
    });
    return from + total + CRLF.length;
  };
  return (chunk: Buffer): void => {
    waiting = Buffer.concat([waiting, chunk]);
    for (let length = take(); length > 0; length = take()) waiting = waiting.subarray(length);
  };
};
