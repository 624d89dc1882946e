import { readFileSync, statSync } from 'node:fs';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { openApiFault } from './openapi-fault.ts';

/** Bytes; the largest public documents have some 15 MiB. */
const MAX_BYTES = 64 * 2 ** 20;

/** Reads a file that holds JSON or YAML. Refused with `openapi.invalid`, which names the line of a mistake. */
export function readDocument(file: string): unknown {
  const text = readText(file);
  // JSON is a part of YAML, but its own parser is a hundred times as fast.
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      if (file.endsWith('.json')) throw openApiFault(file, jsonPlace(thrown, text), 'it is not JSON');
    }
  }
  return parseYaml(file, text);
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > MAX_BYTES) throw openApiFault(file, 'the file', `it is larger than ${MAX_BYTES} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (thrown) {
    if (thrown instanceof TypeError) throw openApiFault(file, 'the file', 'it is not UTF-8 text');
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw openApiFault(file, 'the file', 'it does not exist');
    if (code === 'EISDIR') throw openApiFault(file, 'the file', 'it is a folder');
    if (code === 'EACCES') throw openApiFault(file, 'the file', 'it may not be read');
    throw thrown;
  }
}

/** V8 names the line in some messages and the position in others. */
function jsonPlace({ message }: SyntaxError, text: string): string {
  const [, line] = /\(line (\d+)/.exec(message) ?? [];
  if (line !== undefined) return `line ${line}`;
  const [, position] = /position (\d+)/.exec(message) ?? [];
  const before = text.slice(0, position === undefined ? text.length : Number(position));
  return `line ${before.split('\n').length}`;
}

function parseYaml(file: string, text: string): unknown {
  const lines = new LineCounter();
  // Keys are checked for being unique below: the parser compares each with all before it.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const placeOf = (offset: number) => `line ${lines.linePos(offset).line}`;
  const [error] = document.errors;
  if (error) throw openApiFault(file, placeOf(error.pos[0]), `it is not YAML (${error.message})`);
  const anchors = new Map<string, unknown>();
  let expanded = 0;

  /** As JSON has it: every key a text. */
  const plain = (node: Node | null | undefined): unknown => {
    if (node === null || node === undefined) return null;
    if (++expanded > MAX_BYTES) throw openApiFault(file, 'the file', 'it is too large');
    if (isAlias(node)) {
      if (!anchors.has(node.source))
        throw openApiFault(file, placeOf(node.range?.[0] ?? 0), `there is no anchor &${node.source} before`);
      return anchors.get(node.source);
    }
    const value = isScalar(node)
      ? node.value
      : isSeq(node)
        ? node.items.map((item) => plain(item as Node))
        : {};
    if (isMap(node)) {
      const entries: [string, unknown][] = [];
      const seen = new Set<string>();
      for (const { key, value: inner } of node.items) {
        const name = String(isScalar(key) ? key.value : key);
        if (seen.has(name))
          throw openApiFault(
            file,
            placeOf((key as Node).range?.[0] ?? 0),
            `the key "${name}" is there twice`,
          );
        seen.add(name);
        entries.push([name, plain(inner as Node)]);
      }
      const map = Object.fromEntries(entries);
      if ('anchor' in node && node.anchor) anchors.set(node.anchor, map);
      return map;
    }
    if ('anchor' in node && node.anchor) anchors.set(node.anchor, value);
    return value;
  };
  return plain(document.contents as Node | null);
}
