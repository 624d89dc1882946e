import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { openApiFault } from './openapi-fault.ts';
import { readDocument } from './read-document.ts';

const MAX_HOPS = 20;

/** A value, and where it is: its file and its JSON pointer there. */
export interface Placed {
  readonly value: unknown;
  readonly file: string;
  readonly pointer: string;
}

/** Follows `$ref`s, within a document and to files beside it; never over the network. */
export interface References {
  /** What `placed` is once its references are followed. Members beside a `$ref` stand in place of what it names. */
  follow(placed: Placed): Placed;
}

/** @param root what is in the document `file` */
export function referencesOf(file: string, root: unknown): References {
  const documents = new Map<string, unknown>([[file, root]]);
  const open = (path: string): unknown => {
    if (!documents.has(path)) documents.set(path, readDocument(path));
    return documents.get(path);
  };

  function follow(placed: Placed): Placed {
    let here = placed;
    let beside: Record<string, unknown> = {};
    for (let hops = 0; isRecord(here.value) && typeof here.value.$ref === 'string'; hops++) {
      if (hops === MAX_HOPS)
        throw openApiFault(here.file, here.pointer, 'its references lead round in a circle');
      const { $ref, ...siblings } = here.value;
      beside = { ...siblings, ...beside };
      here = find($ref as string, here);
    }
    if (!isRecord(here.value) || Object.keys(beside).length === 0) return here;
    return { ...here, value: { ...here.value, ...beside } };
  }

  function find(reference: string, from: Placed): Placed {
    const fault = (detail: string) => openApiFault(from.file, from.pointer, `$ref "${reference}" ${detail}`);
    const mark = reference.indexOf('#');
    const path = mark === -1 ? reference : reference.slice(0, mark);
    const pointer = mark === -1 ? '' : reference.slice(mark + 1);
    if (/^[a-z][a-z0-9+.-]*:/i.test(path)) throw fault('is not a local file; bundle the document first');
    const target = path === '' ? from.file : resolve(dirname(from.file), decodeURIComponent(path));
    if (pointer !== '' && !pointer.startsWith('/')) throw fault('is not a JSON pointer');
    if (!documents.has(target) && !existsSync(target)) throw fault('leads to a file that does not exist');
    let value = open(target);
    for (const step of pointer.split('/').slice(1)) {
      const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
        throw fault('leads nowhere');
      value = (value as Record<string, unknown>)[name];
    }
    return { value, file: target, pointer: `#${pointer}` };
  }

  return { follow };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
