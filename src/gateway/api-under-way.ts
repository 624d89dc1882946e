import { REASONS } from '../base/reasons.ts';
import { type ApiAnswer, isLong } from '../shifts-api/api.ts';
import type { ApiRequest } from '../shifts-api/operation.ts';
import type { Visible } from '../shifts-api/visible.ts';

/** What one token may have under way, and how much of it may be long: what it asks for, others have to wait for. */
const MAX_UNDER_WAY = 100;
const MAX_LONG = 4;

/** What a token is answered that has too many under way. */
export const tooMany: ApiAnswer = {
  status: REASONS['limit.waiting'].status,
  body: null,
  reason: 'limit.waiting',
  detail: 'Too many requests with this token are still being worked on. Try again shortly.',
  headers: { 'Retry-After': '1' },
};

/** Counts what the API has under way for each token: lets a request in, and gives how it leaves; null: it has too many. */
export function countUnderWay(): (request: ApiRequest) => (() => void) | null {
  const clients = new WeakMap<Visible, { all: number; long: number }>();
  return ({ visible, operation }) => {
    // What may be seen is compiled once for each token, so it tells tokens apart.
    const client = clients.get(visible) ?? { all: 0, long: 0 };
    clients.set(visible, client);
    const long = isLong(operation) ? 1 : 0;
    if (client.all >= MAX_UNDER_WAY || (long > 0 && client.long >= MAX_LONG)) return null;
    client.all++;
    client.long += long;
    return () => {
      client.all--;
      client.long -= long;
    };
  };
}
