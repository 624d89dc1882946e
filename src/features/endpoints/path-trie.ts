import { type MixedSegment, mixedSegment } from './mixed-segment.ts';

/** Path templates by segment, so that a look-up costs the length of the path and not the number of templates. */
export interface Trie<T> {
  readonly literals: Map<string, Trie<T>>;
  /** Segments that are a literal in part: tried after the literals and before `any`, the most literal first. */
  readonly mixed: { readonly segment: MixedSegment; readonly next: Trie<T> }[];
  any: Trie<T> | null;
  /** What ends here, by method. */
  readonly leaves: Map<string, Leaf<T>>;
}

interface Leaf<T> {
  readonly value: T;
  /** The template's parameter names, left to right. */
  readonly names: readonly string[];
}

export interface Place<T> {
  readonly leaves: ReadonlyMap<string, Leaf<T>>;
  /** The parameters' values, decoded, left to right. */
  readonly values: readonly string[];
}

export const newTrie = <T>(): Trie<T> => ({ literals: new Map(), mixed: [], any: null, leaves: new Map() });

const PARAMETER = /\{([^{}/]+)\}/g;

/** Files `value` under a path template and a method; false where the same template has that method already. */
export function addPath<T>(root: Trie<T>, template: string, method: string, value: T): boolean {
  let node = root;
  const names: string[] = [];
  for (const segment of template.slice(1).split('/')) {
    const found = [...segment.matchAll(PARAMETER)].map((match) => match[1] as string);
    names.push(...found);
    if (found.length === 0) node = childOf(node.literals, decoded(segment) ?? segment);
    else if (segment === `{${found[0]}}`) node = node.any ??= newTrie();
    else node = mixedChild(node, segment);
  }
  if (node.leaves.has(method)) return false;
  node.leaves.set(method, { value, names });
  return true;
}

/**
 * What a segment must not be once decoded: a dot segment (also with parameters behind it, which some servers cut off
 * first), or one with a slash, a backslash or a NUL in it; neither as it stands nor for a server that decodes twice.
 */
const HIDES_A_PATH = /^(?:\.|%2e){1,2}(?:;|$)|[/\\\0]|%(?:2f|5c|00)/i;

/**
 * The most literal template that `path` fits, or null. Segments are compared decoded. One that hides a slash,
 * a backslash or a dot segment fits nothing: an upstream that resolves it would serve another endpoint than
 * the one that was judged.
 */
export function findPath<T>(root: Trie<T>, path: string): Place<T> | null {
  if (!path.startsWith('/')) return null;
  const segments = path.slice(1).split('/');
  for (const [index, raw] of segments.entries()) {
    const segment = raw.includes('%') ? decoded(raw) : raw;
    if (segment === null || HIDES_A_PATH.test(segment)) return null;
    segments[index] = segment;
  }
  const values: string[] = [];
  const node = walk(root, segments, 0, values);
  return node === null ? null : { leaves: node.leaves, values };
}

function walk<T>(node: Trie<T>, segments: readonly string[], at: number, values: string[]): Trie<T> | null {
  const segment = segments[at];
  if (segment === undefined) return node.leaves.size > 0 ? node : null;
  const literal = node.literals.get(segment);
  if (literal !== undefined) {
    const found = walk(literal, segments, at + 1, values);
    if (found !== null) return found;
  }
  const depth = values.length;
  for (const { segment: mixed, next } of node.mixed) {
    const found = mixed.match(segment);
    if (found === null) continue;
    values.push(...found);
    const end = walk(next, segments, at + 1, values);
    if (end !== null) return end;
    values.length = depth;
  }
  if (node.any === null || segment === '') return null;
  values.push(segment);
  const found = walk(node.any, segments, at + 1, values);
  if (found === null) values.length = depth;
  return found;
}

function childOf<T>(children: Map<string, Trie<T>>, segment: string): Trie<T> {
  const known = children.get(segment);
  if (known !== undefined) return known;
  const child = newTrie<T>();
  children.set(segment, child);
  return child;
}

function mixedChild<T>(node: Trie<T>, template: string): Trie<T> {
  const literals = template
    .split(PARAMETER)
    .filter((_, index) => index % 2 === 0)
    .map((text) => decoded(text) ?? text);
  const segment = mixedSegment(literals);
  const known = node.mixed.find((child) => child.segment.shape === segment.shape);
  if (known !== undefined) return known.next;
  const next = newTrie<T>();
  node.mixed.push({ segment, next });
  node.mixed.sort((a, b) => b.segment.literal - a.segment.literal);
  return next;
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    if (cause instanceof URIError) return null;
    throw cause;
  }
}
