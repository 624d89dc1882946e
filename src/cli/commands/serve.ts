import { type Command, InvalidArgumentError, Option } from 'commander';
import { HOUR, SECOND } from '../../base/clock.ts';
import { isLoopback } from '../../base/loopback.ts';
import type { InstancePlace } from '../../db/place.ts';
import { isPostgresUrl } from '../../db/place.ts';
import { parseRange } from '../../features/ip-rules/ranges.ts';
import { redisAddressFault } from '../../features/limits/redis/address.ts';
import { openHost } from '../../host.ts';
import { startAdminServer } from '../../server/server.ts';
import { readTls } from '../../server/tls.ts';
import { localActor } from '../client.ts';
import { filePath, hostCommand, wholeNumber } from '../command.ts';
import { placeOf } from '../place.ts';
import { duration } from '../times.ts';
import { settingsOf, type UpstreamOptions, withUpstreamOptions } from '../upstream-options.ts';
import { UsageError } from '../usage-error.ts';

interface ServeOptions extends UpstreamOptions {
  db: string;
  keyFile?: string;
  host: string;
  port: number;
  adminHost: string;
  adminPort: number;
  adminName: string[];
  tlsCert?: string;
  tlsKey?: string;
  trustProxy: string[];
  redis?: string;
  limitsFallback?: 'local';
  dataDir?: string;
  maxPolicyAge?: number;
  upstream?: string;
  demo?: true;
  demoTraffic?: true;
}

const port = wholeNumber(0, 65_535);

/** Node takes an empty host for every address, and an empty variable for that must not open the gateway. */
function hostName(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must be an address or a name.');
  return text.trim();
}

/** As it stands in Host: a name or address, with a port at most. */
function publicName(text: string, before: string[]): string[] {
  const name = text.trim().toLowerCase();
  if (URL.parse(`http://${name}/`)?.host !== name.replace(/:80$/, ''))
    throw new InvalidArgumentError('It must be a host name or address, with a port at most.');
  return [...before, name];
}

function proxyRange(text: string, before: string[]): string[] {
  const parsed = parseRange(text.trim());
  if (!parsed.ok) throw new InvalidArgumentError(`It must be an address or a CIDR range: ${parsed.detail}.`);
  return [...before, parsed.canonical];
}

export const serveCommand = (): Command =>
  withUpstreamOptions(hostCommand('serve', 'run the gateway, the admin API and the console for a browser'))
    .option('--upstream <url>', 'pass requests on to this API; "built-in": to none, whatever is set')
    .option(
      '--host <address>',
      'where the gateway listens; :: or 0.0.0.0: on every address',
      hostName,
      '127.0.0.1',
    )
    .option('--port <n>', "the gateway's port; 0: a free one", port, 8787)
    .option(
      '--admin-host <address>',
      'where the admin door listens; beyond this machine sign-in is by password only',
      hostName,
      '127.0.0.1',
    )
    .option('--admin-port <n>', "the admin door's port; 0: a free one", port, 8788)
    .option(
      '--admin-name <name>',
      'a public name of the admin door, with its port where that differs; repeatable',
      publicName,
      [],
    )
    .option('--tls-cert <file>', "the admin door's certificate with those that it hangs on, PEM")
    .option('--tls-key <file>', 'and its key, PEM')
    .option(
      '--trust-proxy <cidr>',
      'believe X-Forwarded-For of this proxy, beside those set in the instance; repeatable',
      proxyRange,
      [],
    )
    .option(
      '--data-dir <folder>',
      "on Postgres: this gateway's own folder, with its journal; made where there is none",
      filePath,
    )
    .option(
      '--max-policy-age <time>',
      'serve for so long by a policy that cannot be confirmed, as 500ms, 10m or 1h; then nobody is let in; default 5s',
      duration(SECOND / 2, 24 * HOUR),
    )
    .option(
      '--redis <url>',
      'share the limits with the other gateways of the instance in this Redis or Valkey server',
    )
    .addOption(
      new Option(
        '--limits-fallback <how>',
        'while that server is away, count by itself; else nobody is let in',
      ).choices(['local']),
    )
    .option('--demo', 'make the demo organisation in a new instance')
    .option('--demo-traffic', 'and send some real requests of it through the gateway')
    .action(serve);

/** What the options say of the upstream, in place of what the instance is set to. */
const overrideOf = (options: ServeOptions) =>
  options.upstream === 'built-in' ? null : settingsOf(options, options.upstream);

/** Serves until SIGTERM or SIGINT, then drains. When ready, prints one line of JSON on stdout. */
async function serve(options: ServeOptions): Promise<void> {
  const tls = tlsOf(options);
  const limits = limitsOf(options);
  const ended = signalled();
  const host = await openHost({
    place: placeToServe(options),
    actor: localActor(),
    gateway: 'here',
    upstream: overrideOf(options),
    trustProxy: options.trustProxy,
    limits,
    maxPolicyAge: options.maxPolicyAge,
  });
  try {
    if ((options.demo || options.demoTraffic) && (await host.client.demo.offered()))
      await host.client.demo.create();
    const { address } = await host.gateway.start(options.host, options.port);
    const admin = await startAdminServer(host, {
      host: options.adminHost,
      port: options.adminPort,
      names: options.adminName,
      tls,
      trustProxy: options.trustProxy,
    });
    const signIn = await admin.newSignInLink();
    process.stdout.write(
      `${JSON.stringify({ ready: true, gateway: address, admin: admin.address, signIn })}\n`,
    );
    process.stderr.write(
      signIn === null
        ? `Gateway ${address} · console ${admin.address} (sign in with an admin account)\n`
        : `Gateway ${address} · console ${signIn} (once, within 10 minutes)\n`,
    );
    if (signIn === null && !(await host.client.door.hasAccounts()))
      process.stderr.write(
        'There is no admin account yet: gatehouse admin add NAME --role owner --db FILE\n',
      );
    if (tls === null && !isLoopback(options.adminHost))
      process.stderr.write(
        'The admin door speaks plain HTTP: let it be reached only through a proxy that speaks TLS, or give --tls-cert and --tls-key.\n',
      );
    const traffic = new AbortController();
    const sent = options.demoTraffic ? sendTraffic(host.client, traffic.signal) : Promise.resolve();
    await ended;
    process.stderr.write('Draining …\n');
    traffic.abort();
    await sent;
    await admin.close();
  } finally {
    await host.close();
  }
}

/** Where the instance is, with a place for all that its gateway keeps on this machine. */
function placeToServe(options: ServeOptions): InstancePlace {
  if (isPostgresUrl(options.db)) {
    const missing = [
      ...(options.keyFile === undefined ? ['--key-file FILE'] : []),
      ...(options.dataDir === undefined ? ['--data-dir FOLDER'] : []),
    ];
    if (missing.length > 0)
      throw new UsageError(`a gateway on Postgres needs ${missing.join(' and ')} as well`);
  }
  return placeOf(options);
}

function tlsOf({ tlsCert: cert, tlsKey: key }: ServeOptions) {
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined || key === undefined) throw new UsageError('give --tls-cert and --tls-key together');
  return readTls(cert, key);
}

/** With whom the gateway counts the limits; undefined: by itself. */
function limitsOf({ db, redis, limitsFallback }: ServeOptions) {
  if (redis === undefined && limitsFallback !== undefined)
    throw new UsageError('--limits-fallback says what is done while --redis is away: give both');
  if (redis === undefined) return undefined;
  // Not by the option's own check, which would show it, and a password may be in it.
  const fault = redisAddressFault(redis);
  if (fault !== null) throw new UsageError(`--redis: ${fault}`);
  if (!isPostgresUrl(db))
    throw new UsageError('--redis is for several gateways on one Postgres database: a file has one gateway');
  return { redis, fallback: limitsFallback ?? 'refuse' } as const;
}

async function sendTraffic(
  client: Awaited<ReturnType<typeof openHost>>['client'],
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const { sent, of } of await client.demo.traffic({ requests: 500 }, { signal }))
      if (sent === of) process.stderr.write(`Demo traffic: ${sent} requests sent.\n`);
  } catch (thrown) {
    if (!signal.aborted) process.stderr.write(`Demo traffic: ${(thrown as Error).message}\n`);
  }
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    let count = 0;
    const on = () => {
      count += 1;
      if (count > 1) process.exit(1);
      resolve();
    };
    process.on('SIGTERM', on).on('SIGINT', on);
  });
