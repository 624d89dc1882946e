import { existsSync, linkSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../base/faults.ts';
import { newId } from '../base/ids.ts';
import { withDraft } from '../db/private-file.ts';

/** Makes the folder of a gateway's own where there is none: its journal, its lock and its id lie there. */
export function makeDataDir(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Fault('file.denied', { path: folder, detail: `it cannot be made (${code})` }, { cause });
  }
}

/**
 * The id of the gateway whose folder this is, made once. The caller holds the folder's lock. A folder of another
 * instance's gateway is refused with `input.invalid`: what its journal has not brought in belongs there.
 */
export function gatewayId(folder: string, instanceId: string, now: number): string {
  const path = join(folder, 'gateway-id');
  if (!existsSync(path)) withDraft(path, `${newId(now)} ${instanceId}\n`, linkSync);
  const [id, instance] = readFileSync(path, 'utf8').trim().split(' ');
  if (id === undefined || instance !== instanceId)
    throw new Fault('input.invalid', {
      field: '--data-dir',
      detail: `${folder} is the folder of a gateway of another instance`,
    });
  return id;
}
