import { isAbsolute, resolve } from 'node:path';
import { databaseUrl } from '../../base/database-url.ts';
import { Fault } from '../../base/faults.ts';
import { readServerUrl } from '../../remote/address.ts';
import type { Target } from './contract.ts';

export type DatabaseTarget = Extract<Target, { kind: 'database' }>;

/** As it is kept and compared. @throws Fault `input.invalid` */
export function canonical(target: Target): Target {
  const invalid = (field: string, detail: string) => new Fault('input.invalid', { field, detail });
  if (target.kind === 'local') {
    if (!isAbsolute(target.file)) throw invalid('file', 'it must be an absolute path');
    return { ...target, file: resolve(target.file) };
  }
  if (target.kind === 'database') return target;
  const read = readServerUrl(target.url);
  if (!read.ok) throw invalid('url', read.detail);
  return { ...target, url: read.url };
}

/** What makes two connections lead to the same. */
export function placeOf(target: Target): string {
  if (target.kind === 'local') return target.file;
  return target.kind === 'server'
    ? `${target.user}@${target.url}`
    : // How safe the way there is makes it no other place.
      `${target.account}@${databaseUrl({ ...target, tls: 'off' })}`;
}
