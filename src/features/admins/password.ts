import { hash, verify } from '@node-rs/argon2';

/** OWASP's choice for Argon2id, which is the library's default variant: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of a password that nobody has, made at the same cost: what is tried for an account that there is not. */
const NOBODYS =
  '$argon2id$v=19$m=19456,t=2,p=1$8UfvT0utjwIiHh8cPhN+OA$sP9vIFAcqZPiwYq5caxplVXSpKWwckSuinVwLdGJdC4';

/** The same characters may be typed in more than one encoding (RFC 8265). */
const canonical = (password: string): string => password.normalize('NFC');

export const hashPassword = (password: string): Promise<string> => hash(canonical(password), COST);

/**
 * Is it the password behind `stored`? Without one the answer is no, after the same work.
 * @param stored as `hashPassword` made it
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const fits = await verify(stored ?? NOBODYS, canonical(password));
  return fits && stored !== null;
}
