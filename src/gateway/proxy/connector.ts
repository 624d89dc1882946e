import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressGuard } from '../../features/upstream/address-guard.ts';

/** The upstream's name has no address that may be connected to. */
export class AddressDenied extends Error {
  readonly code = 'ADDRESS_DENIED';
}

/** Resolves a name to its addresses, as `dns.lookup` does with `all`. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Connects to the upstream. Which address that is, is decided here and nowhere else: every answer of the name service
 * is judged when it is connected to, so one that changes its mind between two look-ups gets nowhere.
 * @param connectMs for name, connection and TLS together
 */
export function createConnector(
  guard: AddressGuard,
  connectMs: number,
  resolve: Resolve = systemLookup,
): buildConnector.connector {
  const lookup: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '');
      const refusals = addresses.map(({ address }) => guard.refuse(address));
      const open = addresses.filter((_, index) => refusals[index] === null);
      const [first] = open;
      if (first === undefined)
        return done(new AddressDenied(refusals.join('; ') || `${hostname} has no address`), '');
      if (options.all) done(null, open);
      else done(null, first.address, first.family);
    });
  };
  const connect = buildConnector({ timeout: connectMs, allowH2: false, lookup });
  return (options, done) => {
    // An address is not looked up.
    const refusal = isIP(options.hostname) === 0 ? null : guard.refuse(options.hostname);
    if (refusal === null) connect(options, done);
    else process.nextTick(done, new AddressDenied(refusal), null);
  };
}
