import { type Clock, SECOND } from '../base/clock.ts';
import type { Rehash } from '../features/tokens/rehash-secrets.ts';
import type { Credential } from './judge.ts';
import type { FoundSecret } from './policy.ts';

/** Asked for again after this: the thread that brings it in may have been started anew. */
const ASK_AGAIN = 10 * SECOND;

export interface Rehasher {
  /** Told of a secret that was just verified: one that an older key verified is to move to the current one. */
  verified(secret: FoundSecret, credential: Credential): void;
}

/**
 * Moves secrets to the instance's current key at their next use, behind the request: only now is the secret itself
 * at hand, and only the writer's thread waits for the database.
 * @param currentKeyId the id of the current key
 */
export function createRehasher(
  currentKeyId: () => string,
  send: (rehash: Rehash) => void,
  clock: Pick<Clock, 'monotonic'>,
): Rehasher {
  let asked = new Set<string>();
  let since = clock.monotonic();
  return {
    verified(secret, credential) {
      const keyId = currentKeyId();
      if (secret.keyId === keyId || credential.kind !== 'secret') return;
      const now = clock.monotonic();
      if (now - since >= ASK_AGAIN) {
        asked = new Set();
        since = now;
      }
      if (asked.has(secret.id)) return;
      asked.add(secret.id);
      send({
        secretId: secret.id,
        tokenId: secret.compiled.token.id,
        fromKeyId: secret.keyId,
        keyId,
        hash: credential.hash,
      });
    },
  };
}
