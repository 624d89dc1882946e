/**
 * The one JSON text of a value (as RFC 8785 writes it: members sorted, no blanks), so that the same value always has
 * the same MAC. Dates are ISO 8601; what is undefined is left out.
 */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    isRecord(item) ? Object.fromEntries(Object.entries(item).sort(byName)) : item,
  );

const isRecord = (item: unknown): item is Record<string, unknown> =>
  typeof item === 'object' && item !== null && !Array.isArray(item);

/** By UTF-16 code units, whatever the locale. */
const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);
