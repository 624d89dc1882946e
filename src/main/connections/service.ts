import { basename, isAbsolute, resolve } from 'node:path';
import { type AnyRouter, implement } from '@orpc/server';
import { callsOf } from '../../base/calls.ts';
import { Fault } from '../../base/faults.ts';
import { newId } from '../../base/ids.ts';
import { contract } from '../../contract.ts';
import { checkFile, isNewFile } from '../../db/instance-file.ts';
import { placeOfFile } from '../../db/place.ts';
import { asRefusal } from '../../features/answer-faults.ts';
import { keepKeys } from '../../features/tokens/key-ring.ts';
import type { Keychain } from '../../keychain/keychain.ts';
import { readServerUrl } from '../../remote/address.ts';
import { type Connection, type ConnectionDraft, connections, type Target } from './contract.ts';
import { type KeptConnections, readConnections, writeConnections } from './file.ts';
import { inspectServer, type Opened, type OpenedServer, openedServer } from './opened.ts';

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
  readonly current: Opened;
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
  openFile(file: string): Promise<Opened>;
  readonly keychain: Keychain;
  /** Why the keychain is for this run only; null: it is the system's. */
  forThisRunOnly(): Promise<string | null>;
  chooseFile(isNew: boolean): Promise<string | null>;
  /** Told in one line what went wrong and was got around. */
  onProblem(detail: string): void;
}

/** What a protected connection asks about first. */
const CHANGES = callsOf(contract)
  .filter(({ meta }) => meta.needs !== 'reads')
  .map(({ path }) => path);

/** Opens the connection that was current last. @throws Fault as openHost where the user's own cannot be opened either */
export async function openConnections(options: ConnectionsOptions): Promise<Connections> {
  const { path, ownFile, keychain, onProblem } = options;
  let kept = readConnections(path, onProblem);
  const hosts = new Map<string, Opened>();
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
  const change = (id: string, parts: Partial<Connection>) =>
    save({ ...kept, items: kept.items.map((item) => (item.id === id ? { ...item, ...parts } : item)) });
  const all = () => (given === null ? kept.items : [given, ...kept.items]);
  const find = (id: string): Connection => {
    const found = all().find((item) => item.id === id);
    if (found === undefined) throw new Fault('id.unknown', { kind: 'connection', id });
    return found;
  };

  const open = async ({ target, isMade }: Connection): Promise<Opened> => {
    if (target.kind === 'server') return openedServer(target, keychain);
    // Made once, it is not made again in silence: it may be on a disk that is not there now.
    if (isMade && isNewFile(target.file))
      throw new Fault('file.denied', { path: target.file, detail: 'it is not there any more' });
    return options.openFile(target.file);
  };
  const hostOf = async (connection: Connection): Promise<Opened> => {
    const known = hosts.get(connection.id);
    if (known) return known;
    const host = await open(connection);
    hosts.set(connection.id, host);
    return host;
  };

  const makeCurrent = async (connection: Connection): Promise<void> => {
    const host = await hostOf(connection);
    current = { connection, host };
    if (connection === given) return;
    change(connection.id, { isMade: true });
    save({ ...kept, current: connection.id });
  };

  let current: { connection: Connection; host: Opened };
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
    if ((await host.gatewayHere()) !== null) return;
    hosts.delete(connection.id);
    await host.close();
  };

  // One after the other: a second click must not open a second host on the same file.
  let switching: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = switching.then(work);
    switching = done.catch(ignored);
    return done;
  };
  const use = (id: string): Promise<void> =>
    inTurn(async () => {
      if (current.connection.id === id) return;
      const left = current;
      await makeCurrent(find(id));
      await leave(left);
    });

  /** @param own the id of the one that may have the name */
  const refuseTaken = (name: string, own: string | null) => {
    if (all().some((item) => item.id !== own && item.name.toLowerCase() === name.toLowerCase()))
      throw new Fault('name.taken', { kind: 'connection', name });
  };
  const checkDraft = ({ name, target: asked }: ConnectionDraft): Target => {
    refuseTaken(name, null);
    const target = canonical(asked);
    const same = all().find((item) => placeOf(item.target) === placeOf(target));
    if (same) throw new Fault('connection.same', { name: same.name });
    return target;
  };
  const currentServer = (): OpenedServer => {
    const { server } = current.host;
    if (server === null)
      throw new Fault('id.unknown', { kind: 'server connection', id: current.connection.id });
    return server;
  };
  const editable = (id: string): Connection => {
    const found = find(id);
    if (found === given) throw new Fault('connection.given', { name: found.name });
    return found;
  };

  const router = os.router({
    list: os.list.handler(async () => {
      const running = new Map((await gateways()).map(({ id, address }) => [id, address]));
      const shown = all().map(async ({ isMade: _, ...item }) => ({
        ...item,
        current: item.id === current.connection.id,
        given: item.id === given?.id,
        gateway: running.get(item.id) ?? null,
        signedIn: (await hosts.get(item.id)?.server?.isSignedIn()) ?? null,
      }));
      return Promise.all(shown);
    }),
    add: os.add.handler(async ({ input }) => {
      const target = checkDraft(input);
      if (target.kind === 'local') inspectFile(target.file);
      const added: Connection = { ...input, target, id: newId(), isMade: false };
      save({ ...kept, items: [...kept.items, added] });
      return { id: added.id };
    }),
    edit: os.edit.handler(async ({ input: { id, ...changes } }) => {
      editable(id);
      refuseTaken(changes.name, id);
      change(id, changes);
    }),
    remove: os.remove.handler(async ({ input: { id } }) => {
      const { name, target } = editable(id);
      if (current.connection.id === id || hosts.has(id)) throw new Fault('connection.current', { name });
      if (target.kind === 'server') await openedServer(target, keychain).server?.signOut().catch(ignored);
      save({ ...kept, items: kept.items.filter((item) => item.id !== id) });
    }),
    test: os.test.handler(async ({ input }) => {
      const target = canonical(input.target);
      if (target.kind === 'local') return { ...inspectFile(target.file), certificate: null, problem: null };
      const seen = await inspectServer(target.url);
      return { isNew: false, certificate: seen?.certificate ?? null, problem: seen?.problem ?? null };
    }),
    pin: os.pin.handler(async ({ input: { id, pin } }) => {
      const { target } = editable(id);
      if (target.kind !== 'server') throw new Fault('id.unknown', { kind: 'server connection', id });
      change(id, { target: { ...target, pin } });
      // Opened anew, since it asks only who it was told to trust.
      await inTurn(async () => {
        await hosts.get(id)?.close();
        hosts.delete(id);
        if (current.connection.id === id) await makeCurrent(find(id));
      });
    }),
    signIn: os.signIn.handler(({ input }) => currentServer().signIn(input.password)),
    signOut: os.signOut.handler(() => currentServer().signOut()),
    stepUp: os.stepUp.handler(({ input }) => currentServer().stepUp(input.password)),
    protection: os.protection.handler(async () => {
      const { name, isProtected } = find(current.connection.id);
      return { name, isProtected, changes: CHANGES };
    }),
    keychain: os.keychain.handler(async () => ({ forThisRunOnly: await options.forThisRunOnly() })),
    use: os.use.handler(({ input: { id } }) => use(id)),
    chooseFile: os.chooseFile.handler(({ input: { isNew } }) => options.chooseFile(isNew)),
  });

  const gateways = async () => {
    const found: { id: string; name: string; address: string }[] = [];
    for (const [id, host] of hosts) {
      const address = await host.gatewayHere();
      if (address !== null) found.push({ id, name: find(id).name, address });
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

/** As it is kept and compared. @throws Fault `input.invalid` */
function canonical(target: Target): Target {
  const invalid = (field: string, detail: string) => new Fault('input.invalid', { field, detail });
  if (target.kind === 'local') {
    if (!isAbsolute(target.file)) throw invalid('file', 'it must be an absolute path');
    return { ...target, file: resolve(target.file) };
  }
  const read = readServerUrl(target.url);
  if (!read.ok) throw invalid('url', read.detail);
  return { ...target, url: read.url };
}

const placeOf = (target: Target): string =>
  target.kind === 'local' ? target.file : `${target.user}@${target.url}`;

/** Who asked hears of it; a server that is away cannot be told that its session ended, and is forgotten all the same. */
const ignored = () => undefined;

/** Whether an instance can be opened there: refused as opening it would be. */
function inspectFile(file: string): { isNew: boolean } {
  if (isNewFile(file)) return { isNew: true };
  checkFile(file);
  keepKeys(placeOfFile(file));
  return { isNew: false };
}
