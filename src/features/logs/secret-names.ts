/** Whole names, without separators and in lower case, that mean a secret. */
const NAMES = new Set([
  ...['key', 'auth', 'pass', 'pin', 'pwd', 'sig', 'sid', 'jwt', 'otp', 'cookie', 'session', 'pincode'],
  ...['apikey', 'authkey', 'accesskey', 'secretkey', 'privatekey', 'signingkey', 'sessionkey', 'xapikey'],
  ...['accesstoken', 'refreshtoken', 'idtoken', 'authtoken', 'csrftoken', 'sessiontoken', 'sessionid'],
]);

/** Words that make a secret of any name they are part of. */
const WORDS = new Set([
  ...['token', 'tokens', 'secret', 'secrets', 'password', 'passwords', 'passwd', 'pwd', 'passphrase'],
  ...['credential', 'credentials', 'signature', 'sig', 'authorization', 'auth', 'cookie', 'cookies'],
  ...['jwt', 'bearer', 'otp', 'csrf', 'xsrf', 'session', 'apikey', 'jsessionid', 'phpsessid'],
  ...['pass', 'passcode', 'pin'],
]);

/** Parts that no harmless name has, separators or not. */
const PARTS =
  /password|passwd|passphrase|secret(?!ar)|apikey|accesskey|privatekey|accesstoken|refreshtoken|authtoken|credential|signature|authorization/;

/** Keys that are no secret, by the word before. */
const OPEN_KEYS = new Set(['idempotency', 'sort', 'public', 'primary', 'foreign', 'partition']);

/** Last words that speak about a secret and do not hold it: `token_type`, `expires_in`. */
const ABOUT = new Set(['type', 'count', 'expires', 'expiry', 'expiration', 'at', 'in', 'limit']);

/** Whether a header, parameter or field of this name holds a secret. Takes camel case and any separator. */
export function isSecretName(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const verdict = judgeName(name);
  if (verdicts.size >= 2_000) verdicts.clear();
  if (name.length <= 100) verdicts.set(name, verdict);
  return verdict;
}

/** Names repeat with every request, so what was found is kept. */
const verdicts = new Map<string, boolean>();

function judgeName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const last = words.at(-1);
  if (last === undefined) return false;
  if (words.length > 1 && ABOUT.has(last)) return false;
  const squashed = words.join('');
  if (NAMES.has(squashed) || PARTS.test(squashed)) return true;
  if (words.some((word) => WORDS.has(word))) return true;
  return last === 'key' && !OPEN_KEYS.has(words.at(-2) ?? '');
}
