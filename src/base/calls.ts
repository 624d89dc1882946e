import { type AnyContractProcedure, isContractProcedure } from '@orpc/contract';
import type { CallMeta } from './roles.ts';

/** Calls by name, and parts of calls. */
interface Tree<Call> {
  [name: string]: Call | Tree<Call>;
}

/** Every call of a contract: its path, as `tokens.revoke`, and what it declares of itself. */
export function callsOf(part: object, above = ''): { path: string; meta: CallMeta }[] {
  return Object.entries(part).flatMap(([name, item]) =>
    isContractProcedure(item)
      ? [{ path: above + name, meta: item['~orpc'].meta as CallMeta }]
      : callsOf(item as object, `${above}${name}.`),
  );
}

/** A call of a client, whatever it takes. */
export type Ask<Options> = (input: unknown, options: Options) => Promise<unknown>;

/** For each call of a contract, what `make` makes of it and of the client's call at the same path. */
export function overCalls<Options, Call>(
  part: object,
  client: unknown,
  make: (call: AnyContractProcedure, ask: Ask<Options>) => Call,
): Tree<Call> {
  const found: Tree<Call> = {};
  for (const [name, item] of Object.entries(part)) {
    const target = (client as Record<string, unknown>)[name];
    found[name] = isContractProcedure(item)
      ? make(item, target as Ask<Options>)
      : overCalls(item as object, target, make);
  }
  return found;
}
