import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Secret scanners find tokens by this prefix and by the checksum. */
const PREFIX = 'cpd_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
/** 62^43 is the first power above 2^256, and 62^6 the first above 2^32. */
const [SECRET_DIGITS, CHECKSUM_DIGITS] = [43, 6];
/** How much of a token people see in a list. */
const SHOWN_CHARACTERS = PREFIX.length + 6;

const base62 = (value: bigint, length: number): string => {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = DIGITS.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, '0');
};

const checksumOf = (secret: string): string => base62(BigInt(crc32(secret)), CHECKSUM_DIGITS);

/** A new API token: `cpd_`, 32 random bytes, and the CRC-32 of their text, all in base 62. */
export const newApiToken = (): string => {
  const random = BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`);
  const secret = base62(random, SECRET_DIGITS);
  return `${PREFIX}${secret}${checksumOf(secret)}`;
};

/** Whether a bearer token claims to be an API token of the desk. */
export const isApiToken = (token: string): boolean => token.startsWith(PREFIX);

const FORM = new RegExp(
  `^${PREFIX}([0-9A-Za-z]{${SECRET_DIGITS}})([0-9A-Za-z]{${CHECKSUM_DIGITS}})$`,
);

/** Whether a token has the right form and checksum, so that the database is worth asking. */
export const hasChecksum = (token: string): boolean => {
  const [, secret = '', checksum] = FORM.exec(token) ?? [];
  return checksum !== undefined && checksum === checksumOf(secret);
};

/** 256 random bits cannot be guessed from their hash, so it needs neither salt nor stretching. */
export const apiTokenHash = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');

/** What a list shows of a token. */
export const shownPrefix = (token: string): string => token.slice(0, SHOWN_CHARACTERS);
