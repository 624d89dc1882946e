import type { Columns, Places, Summary } from './block.ts';

/**
 * Columns as bytes: array after array, little-endian, as every machine we run on has them in memory; 20 bytes a row.
 */
export function encodeColumns({ durations, times, groups, addresses }: Columns): Uint8Array {
  return joined([durations, times, groups, addresses]);
}

const COLUMN_BYTES = 8 + 3 * 4;

export function decodeColumns(bytes: Uint8Array): Columns {
  const rows = bytes.length / COLUMN_BYTES;
  // Copied: what SQLite gives lies at any address, and an array of numbers must not.
  const { buffer } = new Uint8Array(bytes);
  return {
    rows,
    durations: new Float64Array(buffer, 0, rows),
    times: new Uint32Array(buffer, 8 * rows, rows),
    groups: new Uint32Array(buffer, 12 * rows, rows),
    addresses: new Uint32Array(buffer, 16 * rows, rows),
  };
}

/** 12 bytes a row. */
export function encodePlaces({ segments, offsets, lengths }: Places): Uint8Array {
  return joined([segments, offsets, lengths]);
}

export function decodePlaces(bytes: Uint8Array): Places {
  const rows = bytes.length / 12;
  const { buffer } = new Uint8Array(bytes);
  return {
    segments: new Uint32Array(buffer, 0, rows),
    offsets: new Uint32Array(buffer, 4 * rows, rows),
    lengths: new Uint32Array(buffer, 8 * rows, rows),
  };
}

/** What a summary counts: how many groups there are, the groups, their counts, the addresses, their counts. */
export function encodeCounts({ groups, groupCounts, addresses, addressCounts }: Summary): Uint8Array {
  return joined([Uint32Array.of(groups.length), groups, groupCounts, addresses, addressCounts]);
}

export type SummaryCounts = Pick<Summary, 'groups' | 'groupCounts' | 'addresses' | 'addressCounts'>;

export function decodeCounts(bytes: Uint8Array): SummaryCounts {
  const { buffer } = new Uint8Array(bytes);
  const all = new Uint32Array(buffer);
  const groups = all[0] as number;
  const addresses = (all.length - 1 - 2 * groups) / 2;
  const from = 1 + 2 * groups;
  return {
    groups: all.subarray(1, 1 + groups),
    groupCounts: all.subarray(1 + groups, from),
    addresses: all.subarray(from, from + addresses),
    addressCounts: all.subarray(from + addresses),
  };
}

function joined(arrays: readonly (Uint32Array | Float64Array)[]): Uint8Array {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}
