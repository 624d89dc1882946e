import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server on loopback that can be cut, as a network can. */
export interface Cuttable {
  readonly port: number;
  /** Ends what is open and refuses what comes. */
  cut(): void;
  /** Leaves what is open, and what comes, without an answer: as a cable that was pulled. */
  silence(): void;
  /** Lets what comes through again; what is open stays without an answer. */
  forget(): void;
  heal(): void;
  close(): Promise<void>;
}

type State = 'open' | 'cut' | 'silent';

export async function startCuttable(port: number): Promise<Cuttable> {
  let state: State = 'open';
  /** Connections that are never answered again. */
  const dead = new WeakSet<Socket>();
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (piece) => {
        // What was said while nobody could hear it is lost, and TCP would have the connection fail in the end.
        if (state === 'silent' || dead.has(from)) return;
        if (!to.write(piece)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endAll = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      state = 'cut';
      endAll();
    },
    silence() {
      state = 'silent';
    },
    forget() {
      for (const socket of sockets) dead.add(socket);
      state = 'open';
    },
    heal() {
      // A connection that has lost a part of what was said cannot go on.
      if (state === 'silent') endAll();
      state = 'open';
    },
    async close() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The same URL by another port of loopback. */
export function through(url: string, port: number): string {
  const by = new URL(url);
  by.port = String(port);
  return by.href;
}
