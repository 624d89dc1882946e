import { isIPv6 } from 'node:net';

/** Where the admin door listens, and as what. */
export interface Place {
  /** An address, or a name of this machine. */
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Names, with a port where it is another one, that it answers for beside its own address. */
  readonly names: readonly string[];
  /** PEM texts; null: plain HTTP, for loopback or behind a proxy that speaks TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Ranges of proxies whose X-Forwarded-For is believed, beside those of the instance. */
  readonly trustProxy: readonly string[];
}

/** A host as it is written in a URL: an IPv6 address in brackets. */
export const urlHost = (host: string): string => (isIPv6(host) ? `[${host}]` : host.toLowerCase());
