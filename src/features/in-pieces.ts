import { AsyncIteratorClass } from '@orpc/server';
import { asRefusal } from './answer-faults.ts';

/**
 * What a call answers piece by piece, refusals among it. `make` ends what it gives when its signal aborts: then nobody
 * listens any more, be it that the client said so, or that its connection is gone.
 * @param signal the call's
 */
export function inPieces<T>(
  signal: AbortSignal | undefined,
  make: (gone: AbortSignal) => AsyncGenerator<T, void>,
): AsyncIteratorClass<T, void> {
  const returned = new AbortController();
  const pieces = make(signal === undefined ? returned.signal : AbortSignal.any([signal, returned.signal]));
  return new AsyncIteratorClass(
    async () => {
      try {
        return await pieces.next();
      } catch (thrown) {
        throw asRefusal(thrown);
      }
    },
    async (reason) => {
      if (reason === 'next') return;
      // First, as it waits for a piece that is on its way.
      returned.abort();
      await pieces.return();
    },
  );
}
