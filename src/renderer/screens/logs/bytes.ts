const digits = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** "812 bytes", "1.4 kB", "3.2 MB" (decimal). */
export function bytes(size: number): string {
  if (size < 1_000) return size === 1 ? '1 byte' : `${size} bytes`;
  if (size < 1_000_000) return `${digits.format(size / 1_000)} kB`;
  if (size < 1_000_000_000) return `${digits.format(size / 1_000_000)} MB`;
  return `${digits.format(size / 1_000_000_000)} GB`;
}
