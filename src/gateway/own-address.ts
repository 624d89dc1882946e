import { once } from 'node:events';
import { connect } from 'node:net';
import { SECOND } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import { clientAddress } from './client-address.ts';

/**
 * From which address the gateway sees this machine: the near end of a connection to it. Nothing is sent on it, so the
 * log has no row of it.
 * @param address as `http://127.0.0.1:8080`
 */
export async function addressTowards(address: string): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(5 * SECOND) });
    return clientAddress(socket.localAddress);
  } catch (cause) {
    throw new Fault('gateway.stopped', {}, { cause });
  } finally {
    socket.destroy();
  }
}
