/** The client's address as the log and the ranges have it: an IPv4-mapped one as IPv4, without a zone id. */
export function clientAddress(remote: string | undefined): string {
  if (remote === undefined) return '';
  if (remote.startsWith('::ffff:') && remote.includes('.')) return remote.slice(7);
  const zone = remote.indexOf('%');
  return zone === -1 ? remote : remote.slice(0, zone);
}
