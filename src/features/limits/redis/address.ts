/** What is wrong with the address of a Redis or Valkey server; null: nothing. */
export function redisAddressFault(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    return 'it must begin with redis:// or rediss:// and name a host';
  if (!/^\/?\d*$/.test(url.pathname)) return 'what follows the host must be the number of a database';
  if (url.search !== '' || url.hash !== '') return 'it has no parameters';
  return null;
}
