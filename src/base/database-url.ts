import { isLoopback } from './loopback.ts';

/** Off; on, whoever the server is; or on, with a certificate that the system trusts for that name. */
export const TLS_MODES = ['off', 'required', 'verified'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** Where a Postgres database is, and as whom one gets in. */
export interface DatabaseAddressParts {
  /** A name or an address, an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly tls: TlsMode;
}

export const POSTGRES_PORT = 5_432;

/** What stands in a URL without changing where it leads, or how safe the way there is. */
const HARMLESS: ReadonlySet<string> = new Set(['application_name', 'connect_timeout', 'channel_binding']);

/** libpq's modes, and pg's own `no-verify`. What falls back to plain text in libpq does not here. */
const MODES: Readonly<Record<string, TlsMode>> = {
  disable: 'off',
  allow: 'required',
  prefer: 'required',
  require: 'required',
  'no-verify': 'required',
  'verify-ca': 'verified',
  'verify-full': 'verified',
};
const MODE_OF: Readonly<Record<TlsMode, string>> = {
  off: 'disable',
  required: 'no-verify',
  verified: 'verify-full',
};

type Read =
  | { ok: true; parts: DatabaseAddressParts; password: string | null }
  | { ok: false; detail: string };

/**
 * Takes the URL of a Postgres database apart, as `postgres://user:password@host:5432/database?sslmode=verify-full`.
 * Where it does not say, TLS is verified, but for this machine itself.
 */
export function readDatabaseUrl(text: string): Read {
  const url = URL.parse(text.trim());
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol))
    return { ok: false, detail: 'it must be as postgres://user@host:5432/database' };
  const strange = [...url.searchParams.keys()].find(
    (name) => name !== 'sslmode' && name !== 'ssl' && !HARMLESS.has(name),
  );
  if (strange !== undefined) return { ok: false, detail: `its parameter ${strange} is not known here` };
  const [user, password, database, host] = [
    decoded(url.username),
    decoded(url.password),
    decoded(url.pathname.slice(1)),
    decoded(url.hostname.replace(/^\[|\]$/g, ''))?.toLowerCase(),
  ];
  if (user === undefined || password === undefined || database === undefined || host === undefined)
    return { ok: false, detail: 'it has a % that begins no character' };
  if (host === '') return { ok: false, detail: 'it names no host' };
  if (user === '') return { ok: false, detail: 'it names no user' };
  const mode = url.searchParams.get('sslmode');
  const tls = mode === null ? tlsWithoutMode(url.searchParams.get('ssl'), host) : MODES[mode];
  if (tls === undefined) return { ok: false, detail: `there is no sslmode ${mode}` };
  return {
    ok: true,
    // A database that is not named has its user's name.
    parts: { host, port: Number(url.port || POSTGRES_PORT), database: database || user, user, tls },
    password: password === '' ? null : password,
  };
}

function tlsWithoutMode(ssl: string | null, host: string): TlsMode {
  if (ssl === null) return isLoopback(host) ? 'off' : 'verified';
  return ['0', 'false'].includes(ssl) ? 'off' : 'verified';
}

/** The URL of a database; with a password it is a secret. */
export function databaseUrl(
  { host, port, database, user, tls }: DatabaseAddressParts,
  password: string | null = null,
): string {
  const as = encodeURIComponent(user) + (password === null ? '' : `:${encodeURIComponent(password)}`);
  const at = host.includes(':') ? `[${host}]` : host;
  return `postgres://${as}@${at}:${port}/${encodeURI(database)}?sslmode=${MODE_OF[tls]}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (thrown) {
    if (thrown instanceof URIError) return undefined;
    throw thrown;
  }
}
