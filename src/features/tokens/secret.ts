import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * A token's secret: `shf_`, 43 base62 characters of 32 random bytes, 6 base62 characters of their CRC-32. It is
 * one word for a double click, secret scanners know it by this pattern, and a typo is refused without a look-up.
 */
export const secretPattern = /shf_[0-9A-Za-z]{49}/;

const whole = /^shf_[0-9A-Za-z]{49}$/;
const MARK = 'shf_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BODY_LENGTH = 43;
const CHECK_LENGTH = 6;
/** So many characters are kept beside the hash, to recognise a token in a list: the mark and 35 of 256 bits. */
const PREFIX_LENGTH = MARK.length + 6;

/** A new secret. `random` gives so many random bytes; tests pass their own. */
export function makeSecret(random: (bytes: number) => Uint8Array = randomBytes): string {
  const number = BigInt(`0x${Buffer.from(random(32)).toString('hex')}`);
  const body = base62(number, BODY_LENGTH);
  return MARK + body + checkOf(body);
}

/** Has `secret` the form of a secret, and the checksum that belongs to it? */
export const isWellFormed = (secret: string): boolean =>
  whole.test(secret) && checkOf(secret.slice(MARK.length, -CHECK_LENGTH)) === secret.slice(-CHECK_LENGTH);

/** The part of a secret that may be shown for ever. */
export const prefixOf = (secret: string): string => secret.slice(0, PREFIX_LENGTH);

const checkOf = (body: string): string => base62(BigInt(crc32(body)), CHECK_LENGTH);

function base62(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest /= 62n) text = DIGITS.charAt(Number(rest % 62n)) + text;
  return text;
}
