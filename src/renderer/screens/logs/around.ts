/**
 * The rows before and after a request, oldest first, itself among them.
 * @param before newest first, what is older than its millisecond
 * @param since oldest first, from its millisecond on
 * @param most on each side
 */
export function around<Row extends { requestId: string }>(
  before: readonly Row[],
  since: readonly Row[],
  requestId: string,
  most: number,
): Row[] {
  const rows = [...before.toReversed(), ...since];
  const found = rows.findIndex((row) => row.requestId === requestId);
  const at = found === -1 ? before.length : found;
  return rows.slice(Math.max(0, at - most), at + most + 1);
}
