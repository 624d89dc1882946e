// Both functions are also sent to the page as text, so each has to stand alone.

/** Structured data as JSON text: what a clone keeps is kept; what it refuses is refused. */
export function encode(value: unknown): string {
  const walk = (item: unknown): unknown => {
    if (item === undefined) return { t: 'undefined' };
    if (typeof item === 'bigint') return { t: 'bigint', v: String(item) };
    if (typeof item === 'number' && !Number.isFinite(item)) return { t: 'number', v: String(item) };
    if (typeof item === 'function' || typeof item === 'symbol')
      throw new Error('An object could not be cloned.');
    if (item === null || typeof item !== 'object') return item;
    if (Array.isArray(item)) return { t: 'array', v: item.map(walk) };
    if (item instanceof Date) return { t: 'date', v: item.getTime() };
    if (item instanceof Map) return { t: 'map', v: [...item].map(([k, v]) => [walk(k), walk(v)]) };
    if (item instanceof Set) return { t: 'set', v: [...item].map(walk) };
    if (item instanceof Error) return { t: 'error', v: item.message };
    if (item instanceof ArrayBuffer || ArrayBuffer.isView(item)) {
      const bytes =
        item instanceof ArrayBuffer
          ? new Uint8Array(item)
          : new Uint8Array(item.buffer, item.byteOffset, item.byteLength);
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return { t: item instanceof ArrayBuffer ? 'buffer' : 'bytes', v: btoa(text) };
    }
    return { t: 'object', v: Object.entries(item).map(([k, v]) => [k, walk(v)]) };
  };
  return JSON.stringify(walk(value));
}

/** The other way round. Every view of bytes comes back as a Uint8Array. */
export function decode(text: string): unknown {
  // biome-ignore lint/suspicious/noExplicitAny: the wire's own form.
  const walk = (item: any): unknown => {
    if (item === null || typeof item !== 'object') return item;
    if (item.t === 'undefined') return undefined;
    if (item.t === 'bigint') return BigInt(item.v);
    if (item.t === 'number') return Number(item.v);
    if (item.t === 'array') return item.v.map(walk);
    if (item.t === 'date') return new Date(item.v);
    if (item.t === 'map') return new Map(item.v.map(([k, v]: [unknown, unknown]) => [walk(k), walk(v)]));
    if (item.t === 'set') return new Set(item.v.map(walk));
    if (item.t === 'error') return new Error(item.v);
    if (item.t === 'buffer' || item.t === 'bytes') {
      const bytes = Uint8Array.from(atob(item.v), (c) => c.charCodeAt(0));
      return item.t === 'buffer' ? bytes.buffer : bytes;
    }
    return Object.fromEntries(item.v.map(([k, v]: [string, unknown]) => [k, walk(v)]));
  };
  return walk(JSON.parse(text));
}
