import { OUTCOMES, outcomeOf, type ReasonCode } from '../../../base/reasons.ts';
import type { KnownGroup } from '../columns/group.ts';
import type { Head } from './format.ts';
import type { TextTable } from './text-table.ts';

const WIDTH = 10;
/** More are no log's: each group has thousands of rows in one that is. */
const MOST_GROUPS = 150_000;

/** Numbers the groups of rows by the numbers of their texts, so that no text is made for a row. */
export class GroupTable {
  readonly groups: KnownGroup[] = [];
  readonly #texts: TextTable;
  #slots = new Int32Array(1 << 10).fill(-1);
  #parts = new Int32Array(WIDTH << 9);
  readonly #wanted = new Int32Array(WIDTH);

  constructor(texts: TextTable) {
    this.#texts = texts;
  }

  /** The number of a head's group; -1 where there is no room for another. */
  number(head: Head): number {
    const wanted = this.#wanted;
    wanted[0] = head.tokenId;
    wanted[1] = head.tokenName;
    wanted[2] = head.userId;
    wanted[3] = head.userName;
    wanted[4] = head.endpoint;
    wanted[5] = head.tag;
    wanted[6] = head.method;
    wanted[7] = head.status;
    wanted[8] = head.reason;
    wanted[9] = head.counted ? 1 : 0;
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(wanted, 0) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] as number;
      if (number === -1) return this.#add(head, slot);
      if (this.#isSame(number)) return number;
    }
  }

  #isSame(number: number): boolean {
    for (let part = 0, at = number * WIDTH; part < WIDTH; part++, at++)
      if (this.#parts[at] !== this.#wanted[part]) return false;
    return true;
  }

  #add(head: Head, slot: number): number {
    const number = this.groups.length;
    if (number >= MOST_GROUPS) return -1;
    if ((number + 1) * WIDTH > this.#parts.length) {
      const larger = new Int32Array(this.#parts.length * 2);
      larger.set(this.#parts);
      this.#parts = larger;
    }
    this.#parts.set(this.#wanted, number * WIDTH);
    this.#slots[slot] = number;
    const text = (of: number) => this.#texts.text(of);
    this.groups.push({
      ordinal: number,
      outcome: OUTCOMES.indexOf(outcomeOf(head.status)),
      tokenId: text(head.tokenId),
      tokenName: text(head.tokenName),
      userId: text(head.userId),
      userName: text(head.userName),
      endpoint: text(head.endpoint),
      tag: text(head.tag),
      method: text(head.method) ?? '',
      status: head.status,
      // One that a later version knows stays what it is.
      reason: text(head.reason) as ReasonCode | null,
      counted: head.counted,
    });
    if (this.groups.length * 2 > this.#slots.length) this.#widen();
    return number;
  }

  #widen(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let number = 0; number < this.groups.length; number++) {
      let slot = hashOf(this.#parts, number * WIDTH) & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}

function hashOf(parts: Int32Array, from: number): number {
  let hash = 0;
  for (let at = from; at < from + WIDTH; at++)
    hash = Math.imul(hash ^ (parts[at] as number), 0x9e3779b1) ^ (hash >>> 13);
  return hash ^ (hash >>> 16);
}
