import { Fault } from '../../base/faults.ts';

/** Path templates by segment, so that a look-up costs the length of the path and not the number of templates. */
export interface Trie<T> {
  readonly literals: Map<string, Trie<T>>;
  /** Segments that are a literal in part, as `{id}.json`; tried after the literals, before `any`. */
  readonly mixed: { readonly source: string; readonly pattern: RegExp; readonly next: Trie<T> }[];
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

/** Files `value` under a path template and a method. */
export function addPath<T>(root: Trie<T>, template: string, method: string, value: T): void {
  let node = root;
  const names: string[] = [];
  for (const segment of template.slice(1).split('/')) {
    const found = [...segment.matchAll(PARAMETER)].map((match) => match[1] as string);
    names.push(...found);
    if (found.length === 0) node = childOf(node.literals, segment);
    else if (segment === `{${found[0]}}`) node = node.any ??= newTrie();
    else node = mixedChild(node, segment);
  }
  if (node.leaves.has(method))
    throw new Fault('input.invalid', {
      field: 'OpenAPI document',
      detail: `two paths are the same as "${template}" for ${method}`,
    });
  node.leaves.set(method, { value, names });
}

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
    if (segment === null || segment === '.' || segment === '..' || /[/\\\0]/.test(segment)) return null;
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
  for (const { pattern, next } of node.mixed) {
    const match = pattern.exec(segment);
    if (match === null) continue;
    values.push(...match.slice(1));
    const found = walk(next, segments, at + 1, values);
    if (found !== null) return found;
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

function mixedChild<T>(node: Trie<T>, segment: string): Trie<T> {
  // Two of one shape are one: their parameters differ in name only.
  const source = segment
    .split(PARAMETER)
    .map((part, index) => (index % 2 === 1 ? '(.+?)' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  const known = node.mixed.find((child) => child.source === source);
  if (known !== undefined) return known.next;
  const next = newTrie<T>();
  node.mixed.push({ source, pattern: new RegExp(`^${source}$`), next });
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
