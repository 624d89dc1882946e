import { basename, isAbsolute, resolve } from 'node:path';
import { type AnyRouter, implement } from '@orpc/server';
import { Fault } from '../../base/faults.ts';
import { newId } from '../../base/ids.ts';
import { checkFile, isNewFile } from '../../db/instance-file.ts';
import { asRefusal } from '../../features/answer-faults.ts';
import { keepKeys } from '../../features/tokens/key-ring.ts';
import type { Host } from '../../host.ts';
import { type Connection, type ConnectionDraft, connections, type Target } from './contract.ts';
import { type KeptConnections, readConnections, writeConnections } from './file.ts';

/** Whatever one's role on the instance is: the connections are this computer's. */
const os = implement(connections).use(async ({ next }) => {
  try {
    return await next();
  } catch (thrown) {
    throw asRefusal(thrown);
  }
});

/** The instances that this app administers, one of them at a time. */
export interface Connections {
  readonly current: Host;
  /** The whole contract of the current one, and the connections' own. */
  readonly router: AnyRouter;
  /** Those whose gateway runs in this app: one that was left goes on where its gateway does. */
  withGateway(): Promise<{ name: string; address: string }[]>;
  /** Drains and closes all. */
  close(): Promise<void>;
}

export interface ConnectionsOptions {
  /** Where they are kept. */
  readonly path: string;
  /** A file to open for this run, whatever was current last. */
  readonly given: string | null;
  /** The file of the user's own instance, which is there from the first start on. */
  readonly ownFile: string;
  open(file: string): Promise<Host>;
  chooseFile(isNew: boolean): Promise<string | null>;
  /** Told in one line what went wrong and was got around. */
  onProblem(detail: string): void;
}

/** Opens the connection that was current last. @throws Fault as openHost where the user's own cannot be opened either */
export async function openConnections(options: ConnectionsOptions): Promise<Connections> {
  const { path, ownFile, open, onProblem } = options;
  let kept = readConnections(path, onProblem);
  const hosts = new Map<string, Host>();
  const given: Connection | null =
    options.given === null
      ? null
      : {
          id: newId(),
          name: basename(options.given),
          colour: 'slate',
          isProtected: false,
          target: { kind: 'local', file: options.given },
          isMade: false,
        };

  const save = (next: KeptConnections) => {
    writeConnections(path, next);
    kept = next;
  };
  const all = () => (given === null ? kept.items : [given, ...kept.items]);
  const find = (id: string): Connection => {
    const found = all().find((item) => item.id === id);
    if (found === undefined) throw new Fault('id.unknown', { kind: 'connection', id });
    return found;
  };

  const hostOf = async (connection: Connection): Promise<Host> => {
    const running = hosts.get(connection.id);
    if (running) return running;
    const { file } = connection.target;
    // Made once, it is not made again in silence: it may be on a disk that is not there now.
    if (connection.isMade && isNewFile(file))
      throw new Fault('file.denied', { path: file, detail: 'it is not there any more' });
    const host = await open(file);
    hosts.set(connection.id, host);
    return host;
  };

  const makeCurrent = async (connection: Connection): Promise<Connection> => {
    const host = await hostOf(connection);
    current = { connection, host };
    if (connection !== given)
      save({
        current: connection.id,
        items: kept.items.map((item) => (item.id === connection.id ? { ...item, isMade: true } : item)),
      });
    return connection;
  };

  let current: { connection: Connection; host: Host };
  if (given === null && kept.items.length === 0) {
    const own: Connection = {
      id: newId(),
      name: 'This computer',
      colour: 'blue',
      isProtected: false,
      target: { kind: 'local', file: ownFile },
      isMade: false,
    };
    save({ current: own.id, items: [own] });
  }
  // What was asked for on the command line is opened, or nothing is; of those that are kept, the first that can be.
  const last = kept.items.find(({ id }) => id === kept.current);
  let failure: Fault | null = null;
  for (const candidate of given ? [given] : new Set([...(last ? [last] : []), ...kept.items])) {
    try {
      await makeCurrent(candidate);
      failure = null;
      break;
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      failure = thrown;
      if (given === null) onProblem(`${candidate.name}: ${thrown.message}`);
    }
  }
  if (failure !== null) throw failure;

  /** Leaves a connection; it stays open where its gateway runs in this app, since API clients depend on it. */
  const leave = async ({ connection, host }: typeof current) => {
    if ((await host.gateway.status()).state === 'running') return;
    hosts.delete(connection.id);
    await host.close();
  };

  // One after the other: a second click must not open a second host on the same file.
  let switching: Promise<unknown> = Promise.resolve();
  const use = (id: string): Promise<void> => {
    const done = switching.then(async () => {
      if (current.connection.id === id) return;
      const left = current;
      await makeCurrent(find(id));
      await leave(left);
    });
    switching = done.catch(() => undefined);
    return done;
  };

  const checkDraft = ({ name, target }: ConnectionDraft) => {
    const file = fileOf(target);
    if (all().some((item) => item.name.toLowerCase() === name.toLowerCase()))
      throw new Fault('name.taken', { kind: 'connection', name });
    const same = all().find((item) => item.target.file === file);
    if (same) throw new Fault('connection.same', { name: same.name });
    return { kind: target.kind, file };
  };
  const editable = (id: string): Connection => {
    const found = find(id);
    if (found === given) throw new Fault('connection.given', { name: found.name });
    return found;
  };

  const router = os.router({
    list: os.list.handler(async () => {
      const running = new Map((await gateways()).map(({ id, address }) => [id, address]));
      return all().map(({ isMade: _, ...item }) => ({
        ...item,
        current: item.id === current.connection.id,
        given: item.id === given?.id,
        gateway: running.get(item.id) ?? null,
      }));
    }),
    add: os.add.handler(async ({ input }) => {
      const target = checkDraft(input);
      inspect(target);
      const added: Connection = { ...input, target, id: newId(), isMade: false };
      save({ ...kept, items: [...kept.items, added] });
      return { id: added.id };
    }),
    edit: os.edit.handler(async ({ input: { id, ...changes } }) => {
      editable(id);
      if (all().some((item) => item.id !== id && item.name.toLowerCase() === changes.name.toLowerCase()))
        throw new Fault('name.taken', { kind: 'connection', name: changes.name });
      save({ ...kept, items: kept.items.map((item) => (item.id === id ? { ...item, ...changes } : item)) });
    }),
    remove: os.remove.handler(async ({ input: { id } }) => {
      const { name } = editable(id);
      if (current.connection.id === id || hosts.has(id)) throw new Fault('connection.current', { name });
      save({ ...kept, items: kept.items.filter((item) => item.id !== id) });
    }),
    test: os.test.handler(async ({ input: { target } }) =>
      inspect({ kind: target.kind, file: fileOf(target) }),
    ),
    use: os.use.handler(({ input: { id } }) => use(id)),
    chooseFile: os.chooseFile.handler(({ input: { isNew } }) => options.chooseFile(isNew)),
  });

  const gateways = async () => {
    const found: { id: string; name: string; address: string }[] = [];
    for (const [id, host] of hosts) {
      const { state, address } = await host.gateway.status();
      if (state === 'running' && address !== null) found.push({ id, name: find(id).name, address });
    }
    return found;
  };

  return {
    get current() {
      return current.host;
    },
    get router() {
      return { ...(current.host.router as Record<string, AnyRouter>), connections: router };
    },
    withGateway: gateways,
    close: async () => {
      await switching;
      await Promise.all([...hosts.values()].map((host) => host.close()));
    },
  };
}

function fileOf({ file }: Target): string {
  if (!isAbsolute(file))
    throw new Fault('input.invalid', { field: 'file', detail: 'it must be an absolute path' });
  return resolve(file);
}

/** Whether an instance can be opened there: refused as opening it would be. */
function inspect({ file }: Target): { isNew: boolean } {
  if (isNewFile(file)) return { isNew: true };
  checkFile(file);
  keepKeys(file);
  return { isNew: false };
}
