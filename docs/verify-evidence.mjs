#!/usr/bin/env node
// Verifies an export of GET /ticket/ctt/cpe/history/:id/evidence offline, with nothing but Node:
//   node verify-evidence.mjs evidence.json [public-key.pem]
// Exit code 0: intact. Give the desk's public key where you have it from elsewhere; otherwise only the one in the file is used.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file, keyFile] = process.argv.slice(2);
if (!file) {
  console.error('Usage: node verify-evidence.mjs evidence.json [public-key.pem]');
  process.exit(2);
}

// RFC 8785 for what an export holds: strings, whole numbers, booleans, null, arrays, objects.
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
};

const faults = [];
const notes = [];
const { signature, ...facts } = JSON.parse(readFileSync(file, 'utf8'));
const publicKey = keyFile ? readFileSync(keyFile, 'utf8') : signature.publicKey;
const signed = Buffer.from(signature.value, 'base64');
if (!verify(null, Buffer.from(canonical(facts)), createPublicKey(publicKey), signed))
  faults.push('the export is not signed with this key, or was changed');

// Exports from before this member cannot say since when the times never fall.
const orderedSince = Date.parse(facts.timesOrderedSince ?? '9999-12-31T00:00:00Z');
let previous = null;
let previousAt = Number.NEGATIVE_INFINITY;
facts.entries.forEach((entry, index) => {
  const { hash, previousHash, ...said } = entry;
  const expected = createHash('sha256')
    .update((previous ?? '') + canonical(said))
    .digest('hex');
  if (said.sequence !== index + 1) faults.push(`entry ${index + 1} is missing`);
  if (previousHash !== previous)
    faults.push(`entry ${said.sequence} does not carry the hash of the one before it`);
  if (hash !== expected) faults.push(`entry ${said.sequence}: its hash is not that of what it says`);
  const at = Date.parse(said.at);
  if (at < previousAt)
    (at < orderedSince ? notes : faults).push(
      `entry ${said.sequence}: its time is before that of the entry before it`,
    );
  previous = hash;
  previousAt = at;
});

for (const fault of faults) console.log(fault);
for (const note of notes) console.log(`note: ${note}`);
console.log(
  `line ${facts.serviceLineId}, ${facts.entries.length} entries, exported ${facts.exportedAt} by ${facts.exportedBy.name}: ` +
    (faults.length === 0 ? 'intact' : `${faults.length} faults`),
);
process.exit(faults.length === 0 ? 0 : 1);
