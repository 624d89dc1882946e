import type { WriteDb } from './open.ts';
import type { PolicyKind } from './schema.ts';

/**
 * Says, inside the transaction that makes it, that something the gateway compiles has changed. Every running
 * gateway on this instance applies it before it admits its next request.
 */
export async function policyChanged(
  tx: WriteDb,
  kind: PolicyKind,
  entity: string,
  at: number,
): Promise<void> {
  await tx.insertInto('policy_change').values({ kind, entity, at }).execute();
}
