#!/usr/bin/env node
// Verifies an export of GET /ticket/ctt/cpe/history/:id/evidence offline, with nothing but Node:
//   node verify-evidence.mjs evidence.json [public-keys.pem]
// The public keys are those of GET /ticket/ctt/cpe/history/key, or of `npm run history-key`: get
// them from the desk, not together with the file. Exit code 0: intact, signed by one of these keys;
// 1: refused; 2: it could not be verified; 3: consistent, but no key was given, so the signer is not
// known.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const stop = (message) => {
  console.error(message);
  process.exit(2);
};

const read = (path) => {
  try {
    return readFileSync(path);
  } catch (error) {
    return stop(`${path}: cannot be read (${error.code})`);
  }
};

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

// RFC 8785 for what an export holds: strings, whole numbers, booleans, null, arrays, objects.
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
};

const fingerprint = (pem) =>
  createHash('sha256')
    .update(createPublicKey(pem).export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** An Ed25519 public key as the desk writes it, or undefined. */
const publicKey = (pem) => {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'ed25519'
      ? key.export({ type: 'spki', format: 'pem' })
      : undefined;
  } catch {
    return undefined;
  }
};

const readKeys = (path) => {
  const text = read(path).toString('utf8');
  if (/PRIVATE KEY/.test(text))
    stop(
      `${path}: this is a PRIVATE key. It must not leave the desk: whoever has it can sign in its name. ` +
        'Verify with the public key: npm run history-key',
    );
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  const keys = blocks.map(publicKey);
  if (keys.length === 0 || keys.includes(undefined))
    stop(`${path}: holds no public Ed25519 key (PEM)`);
  return keys;
};

// The order in which the desk writes members. An export from before a member was added lacks it.
const actor = { id: null, name: null };
const cpe = {
  manufacturer: null,
  model: null,
  ipAddress: null,
  bandwidth: { downKbps: null, upKbps: null },
  port: null,
  serialNumber: null,
  macAddress: null,
  ipv6Address: null,
  ipv6Prefix: null,
};
const entry = {
  id: null,
  sequence: null,
  at: null,
  updateId: null,
  serviceLineId: null,
  cttId: null,
  ticketNo: null,
  kind: null,
  actor,
  changed: null,
  before: cpe,
  after: cpe,
  reason: null,
  nigReference: null,
  settlement: { outcome: null, by: actor, reason: null, at: null },
  repair: { repairId: null, take: null },
  bulk: { id: null, row: null, name: null },
  rules: null,
  previousHash: null,
  hash: null,
};
const evidence = {
  format: null,
  serviceLineId: null,
  exportedAt: null,
  exportedBy: actor,
  timesOrderedSince: null,
  entries: entry,
  signature: { algorithm: null, publicKey: null, value: null },
};

/** Whether members are in the order of `shape`; what it does not know may be anywhere. */
const isInOrder = (value, shape) => {
  if (Array.isArray(value)) return value.every((item) => isInOrder(item, shape));
  if (!isObject(value) || shape === null) return true;
  const names = Object.keys(shape);
  const places = Object.keys(value)
    .map((name) => names.indexOf(name))
    .filter((place) => place >= 0);
  return (
    places.every((place, index) => index === 0 || place > places[index - 1]) &&
    names.every((name) => isInOrder(value[name], shape[name]))
  );
};

/** The text without white space outside of strings. */
const compact = (text) => text.replace(/("(?:[^"\\]|\\.)*")|\s+/gu, (_, string) => string ?? '');

/** Why the file is not byte for byte what the desk wrote, or undefined. */
const writtenOtherwise = (bytes, text, parsed) => {
  const written = JSON.stringify(parsed);
  const isWhole = Buffer.from(text).equals(bytes);
  if (isWhole && text === written && isInOrder(parsed, evidence)) return undefined;
  if (isWhole && text !== written && compact(text.replace(/^\uFEFF/, '')) === written)
    return 'the file was re-formatted after the desk wrote it (white space): verify the file as it was downloaded';
  return 'the file is not byte for byte what the desk writes: members are doubled, moved or written otherwise';
};

const hasShape = ({ format, entries, signature, exportedBy }) =>
  format === 'cpe-desk-evidence-1' &&
  Array.isArray(entries) &&
  entries.every(isObject) &&
  isObject(exportedBy) &&
  isObject(signature) &&
  typeof signature.value === 'string' &&
  typeof signature.publicKey === 'string';

const parse = (text) => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
};

/** Faults of the signature; `keys`: those that may have made it, undefined where none were given. */
const checkSignature = ({ signature, ...facts }, keys) => {
  const signer = publicKey(signature.publicKey);
  if (
    Object.keys(signature).length !== 3 ||
    signature.algorithm !== 'Ed25519' ||
    signer === undefined
  )
    return [
      'the signature is not one of the desk: it has other members than algorithm, publicKey and value',
    ];
  if (signer !== signature.publicKey)
    return ['the public key in the signature is not as the desk writes it'];
  if (keys && !keys.includes(signer))
    return [`it is signed with key ${fingerprint(signer)}, not with a key that was given`];
  const value = Buffer.from(signature.value, 'base64');
  if (value.toString('base64') !== signature.value)
    return ['the value of the signature is not as the desk writes it (base64)'];
  return verify(null, Buffer.from(canonical(facts)), signer, value)
    ? []
    : ['the export is not signed with this key, or was changed'];
};

/** Faults and notes of the chain of entries. */
const checkChain = ({ entries, serviceLineId, timesOrderedSince }) => {
  const [faults, notes] = [[], []];
  // Exports from before this member cannot say since when the times never fall.
  const orderedSince = Date.parse(timesOrderedSince ?? '9999-12-31T00:00:00Z');
  let previous = null;
  let previousAt = Number.NEGATIVE_INFINITY;
  entries.forEach((each, index) => {
    const { hash, previousHash, ...said } = each;
    const expected = createHash('sha256')
      .update((previous ?? '') + canonical(said))
      .digest('hex');
    if (said.sequence !== index + 1) faults.push(`entry ${index + 1} is missing`);
    if (said.serviceLineId !== serviceLineId)
      faults.push(`entry ${said.sequence} is of another line`);
    if (previousHash !== previous)
      faults.push(`entry ${said.sequence} does not carry the hash of the one before it`);
    if (hash !== expected)
      faults.push(`entry ${said.sequence}: its hash is not that of what it says`);
    const at = Date.parse(said.at);
    if (at < previousAt)
      (at < orderedSince ? notes : faults).push(
        `entry ${said.sequence}: its time is before that of the entry before it`,
      );
    previous = hash;
    previousAt = at;
  });
  return { faults, notes };
};

const [file, keyFile, ...rest] = process.argv.slice(2);
if (!file || rest.length > 0)
  stop('Usage: node verify-evidence.mjs evidence.json [public-keys.pem]');
const bytes = read(file);
if (bytes.includes('PRIVATE KEY')) stop(`${file}: this is a PRIVATE key, not an export`);
const keys = keyFile === undefined ? undefined : readKeys(keyFile);
const text = bytes.toString('utf8');
const parsed = parse(text);
if (!isObject(parsed) || !hasShape(parsed)) {
  console.log('this is no export of a history');
  process.exit(1);
}

const chain = checkChain(parsed);
const faults = [
  writtenOtherwise(bytes, text, parsed),
  ...checkSignature(parsed, keys),
  ...chain.faults,
].filter((fault) => fault !== undefined);
/** A forged file must not steer the terminal: what cannot be seen is escaped. */
const say = (words) =>
  console.log(
    words.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`),
  );
for (const fault of faults) say(fault);
for (const note of chain.notes) say(`note: ${note}`);
const signer = publicKey(parsed.signature.publicKey);
if (signer && faults.length === 0) say(`signed with key ${fingerprint(signer)}`);
const verdict = () => {
  if (faults.length > 0) return faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  return keys ? 'intact' : 'consistent, signer not known: give the public key of the desk';
};
say(
  `line ${parsed.serviceLineId}, ${parsed.entries.length} entries, ` +
    `exported ${parsed.exportedAt} by ${parsed.exportedBy.name}: ${verdict()}`,
);
process.exit(faults.length > 0 ? 1 : keys ? 0 : 3);
