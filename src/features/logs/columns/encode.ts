import type { Columns, Numbers, Places, Summary } from './block.ts';

/** Numbers in two bytes each where that is enough. */
function narrowest(numbers: Numbers): Numbers {
  let most = 0;
  for (let at = 0; at < numbers.length; at++) most = Math.max(most, numbers[at] as number);
  return most < 2 ** 16 ? Uint16Array.from(numbers) : Uint32Array.from(numbers);
}

/**
 * Columns as bytes, but for the durations, which are few asked for: how many bytes a group and an address take, then array
 * after array, little-endian, as every machine we run on has them in memory. Eight bytes a row.
 */
export function encodeColumns({ times, groups, addresses }: Omit<Columns, 'durations'>): Uint8Array {
  const [narrowGroups, narrowAddresses] = [narrowest(groups), narrowest(addresses)];
  const widths = Uint16Array.of(narrowGroups.BYTES_PER_ELEMENT, narrowAddresses.BYTES_PER_ELEMENT);
  // The wider before the narrower, so that each array lies where its numbers may.
  const [first, second] =
    narrowGroups.BYTES_PER_ELEMENT >= narrowAddresses.BYTES_PER_ELEMENT
      ? [narrowGroups, narrowAddresses]
      : [narrowAddresses, narrowGroups];
  return joined([widths, times, first, second]);
}

export function decodeColumns(bytes: Uint8Array): Omit<Columns, 'durations'> {
  // Copied: what SQLite gives lies at any address, and an array of numbers must not.
  const { buffer } = new Uint8Array(bytes);
  const [groupWidth = 2, addressWidth = 2] = new Uint16Array(buffer, 0, Math.min(2, buffer.byteLength / 2));
  const rows = Math.max(0, (buffer.byteLength - 4) / (4 + groupWidth + addressWidth));
  if (rows === 0) return NONE;
  const numbers = (at: number, width: number): Numbers =>
    width === 2 ? new Uint16Array(buffer, at, rows) : new Uint32Array(buffer, at, rows);
  const first = 4 + 4 * rows;
  const groupsFirst = groupWidth >= addressWidth;
  return {
    rows,
    times: new Uint32Array(buffer, 4, rows),
    groups: numbers(groupsFirst ? first : first + addressWidth * rows, groupWidth),
    addresses: numbers(groupsFirst ? first + groupWidth * rows : first, addressWidth),
  };
}

const NONE = { rows: 0, times: new Uint32Array(), groups: new Uint16Array(), addresses: new Uint16Array() };

export const encodeDurations = ({ durations }: Pick<Columns, 'durations'>): Uint8Array => joined([durations]);

export const decodeDurations = (bytes: Uint8Array): Float64Array =>
  new Float64Array(new Uint8Array(bytes).buffer);

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

function joined(arrays: readonly (Numbers | Float64Array)[]): Uint8Array {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}
