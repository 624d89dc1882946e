import { basename } from 'node:path';
import { type AnyRouter, implement } from '@orpc/server';
import { callsOf } from '../../base/calls.ts';
import { databaseUrl } from '../../base/database-url.ts';
import { Fault } from '../../base/faults.ts';
import { newId } from '../../base/ids.ts';
import { contract } from '../../contract.ts';
import { checkFile, isNewFile } from '../../db/instance-file.ts';
import { type InstancePlace, placeOfFile, placeOfPostgres } from '../../db/place.ts';
import { asRefusal } from '../../features/answer-faults.ts';
import { keepKeys } from '../../features/tokens/key-ring.ts';
import type { Host } from '../../host.ts';
import type { Keychain } from '../../keychain/keychain.ts';
import { type Connection, type ConnectionDraft, connections, type Target } from './contract.ts';
import { type KeptConnections, readConnections, writeConnections } from './file.ts';
import { readGivenSecrets } from './given-secrets.ts';
import { inspectDatabase, requireInstance } from './inspect-database.ts';
import { inspectServer, type Opened, type OpenedServer, openedServer } from './opened.ts';
import { openedDatabase } from './opened-database.ts';
import type { OpenedReview } from './opened-review.ts';
import { changeSecrets, type DatabaseSecrets, readSecrets } from './secrets.ts';
import { canonical, type DatabaseTarget, placeOf } from './targets.ts';

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
  /** Shows files in place of the current connection, until it is switched to or the files are closed. */
  openFiles(files: readonly string[]): Promise<void>;
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
  /** Opens the instance in a database; no gateway of its runs in this app. */
  openDatabase(place: InstancePlace): Promise<Host>;
  readonly keychain: Keychain;
  /** Why the keychain is for this run only; null: it is the system's. */
  forThisRunOnly(): Promise<string | null>;
  chooseFile(isNew: boolean): Promise<string | null>;
  chooseKeyFile(): Promise<string | null>;
  /** The files that the user picks for review; none: they cancelled. */
  chooseLogFiles(): Promise<readonly string[]>;
  openReview(files: readonly string[]): OpenedReview;
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

  /** The key files that the user has picked: no other is read. */
  const keyFiles = new Set<string>();

  const openedAsDatabase = (id: string, target: DatabaseTarget): Opened =>
    openedDatabase({
      address: `${target.host}:${target.port}`,
      account: { url: databaseUrl(target), user: target.account },
      open: async () => {
        const { password, key } = await readSecrets(keychain, id);
        const url = databaseUrl(target, password);
        await requireInstance(url, key);
        return options.openDatabase(placeOfPostgres({ url, keyText: key ?? undefined }));
      },
      keychain,
    });
  const open = async ({ id, target, isMade }: Connection): Promise<Opened> => {
    if (target.kind === 'server') return openedServer(target, keychain);
    if (target.kind === 'database') return openedAsDatabase(id, target);
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
  /** Files that are shown in place of it. */
  let review: OpenedReview | null = null;
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
  const openFiles = (files: readonly string[]): Promise<void> =>
    inTurn(async () => {
      const before = review;
      review = options.openReview(files);
      await before?.close();
    });
  const closeFiles = async (): Promise<void> => {
    const before = review;
    review = null;
    await before?.close();
  };
  const use = (id: string): Promise<void> =>
    inTurn(async () => {
      await closeFiles();
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
  /** Opened anew, since it was opened with what is another now. */
  const openAnew = (id: string): Promise<void> =>
    inTurn(async () => {
      await hosts.get(id)?.close();
      hosts.delete(id);
      if (current.connection.id === id) await makeCurrent(find(id));
    });
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
        current: review === null && item.id === current.connection.id,
        given: item.id === given?.id,
        gateway: running.get(item.id) ?? null,
        signedIn: (await hosts.get(item.id)?.server?.isSignedIn()) ?? null,
        keeps: item.target.kind === 'database' ? whichAreKept(await readSecrets(keychain, item.id)) : null,
      }));
      return Promise.all(shown);
    }),
    add: os.add.handler(async ({ input: { secrets, ...input } }) => {
      const target = checkDraft(input);
      const given = readGivenSecrets(target, secrets, keyFiles);
      if (target.kind === 'local') inspectFile(target.file);
      const added: Connection = { ...input, target, id: newId(), isMade: false };
      await changeSecrets(keychain, added.id, given);
      save({ ...kept, items: [...kept.items, added] });
      return { id: added.id };
    }),
    edit: os.edit.handler(async ({ input: { id, secrets, ...changes } }) => {
      const { target } = editable(id);
      refuseTaken(changes.name, id);
      const changed = readGivenSecrets(target, secrets, keyFiles);
      await changeSecrets(keychain, id, changed);
      change(id, changes);
      if (Object.keys(changed).length > 0) await openAnew(id);
    }),
    remove: os.remove.handler(async ({ input: { id } }) => {
      const { name, target } = editable(id);
      if (current.connection.id === id || hosts.has(id)) throw new Fault('connection.current', { name });
      if (target.kind === 'server') await openedServer(target, keychain).server?.signOut().catch(ignored);
      if (target.kind === 'database') {
        const opened = openedAsDatabase(id, target);
        await opened.server?.signOut().catch(ignored);
        await opened.close();
        await changeSecrets(keychain, id, { password: null, key: null });
      }
      save({ ...kept, items: kept.items.filter((item) => item.id !== id) });
    }),
    test: os.test.handler(async ({ input }) => {
      const target = canonical(input.target);
      const nothingSeen = { hasAccounts: null, certificate: null, problem: null };
      if (target.kind === 'local') return { ...nothingSeen, ...inspectFile(target.file) };
      if (target.kind === 'database') {
        const known =
          input.id === undefined ? { password: null, key: null } : await readSecrets(keychain, input.id);
        const { password, key } = { ...known, ...readGivenSecrets(target, input.secrets, keyFiles) };
        return { ...nothingSeen, ...(await inspectDatabase(databaseUrl(target, password), key)) };
      }
      const seen = await inspectServer(target.url);
      return {
        ...nothingSeen,
        isNew: false,
        certificate: seen?.certificate ?? null,
        problem: seen?.problem ?? null,
      };
    }),
    pin: os.pin.handler(async ({ input: { id, pin } }) => {
      const { target } = editable(id);
      if (target.kind !== 'server') throw new Fault('id.unknown', { kind: 'server connection', id });
      change(id, { target: { ...target, pin } });
      await openAnew(id);
    }),
    signIn: os.signIn.handler(({ input }) => currentServer().signIn(input.password)),
    signOut: os.signOut.handler(() => currentServer().signOut()),
    stepUp: os.stepUp.handler(({ input }) => currentServer().stepUp(input.password)),
    protection: os.protection.handler(async () => {
      const { name, isProtected } = find(current.connection.id);
      // There is nothing in files to be protected.
      if (review !== null) return { name, isProtected: false, changes: [] };
      return { name, isProtected, changes: CHANGES };
    }),
    keychain: os.keychain.handler(async () => ({ forThisRunOnly: await options.forThisRunOnly() })),
    use: os.use.handler(({ input: { id } }) => use(id)),
    chooseFile: os.chooseFile.handler(({ input: { isNew } }) => options.chooseFile(isNew)),
    chooseKeyFile: os.chooseKeyFile.handler(async () => {
      const path = await options.chooseKeyFile();
      if (path !== null) keyFiles.add(path);
      return path;
    }),
    review: {
      files: os.review.files.handler(() => (review === null ? null : [...review.files])),
      open: os.review.open.handler(async () => {
        const files = await options.chooseLogFiles();
        if (files.length > 0) await openFiles(files);
        return files.length > 0;
      }),
      close: os.review.close.handler(() => inTurn(closeFiles)),
      // Of the files that are open; the page is loaded anew with others.
      state: os.review.state.handler(({ signal }) => {
        if (review === null) throw new Fault('id.unknown', { kind: 'opened file', id: '' });
        return review.state(undefined, signal === undefined ? {} : { signal });
      }),
    },
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
      return review ?? current.host;
    },
    get router() {
      return { ...((review ?? current.host).router as Record<string, AnyRouter>), connections: router };
    },
    openFiles,
    withGateway: gateways,
    close: async () => {
      await switching;
      await closeFiles();
      await Promise.all([...hosts.values()].map((host) => host.close()));
    },
  };
}

const whichAreKept = ({ password, key }: DatabaseSecrets) => ({
  password: password !== null,
  key: key !== null,
});

/** Who asked hears of it; a server that is away cannot be told that its session ended, and is forgotten all the same. */
const ignored = () => undefined;

/** Whether an instance can be opened there: refused as opening it would be. */
function inspectFile(file: string): { isNew: boolean } {
  if (isNewFile(file)) return { isNew: true };
  checkFile(file);
  keepKeys(placeOfFile(file));
  return { isNew: false };
}
