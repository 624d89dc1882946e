/** Browsers as they name themselves, those first that also name another. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Version', 'Safari'],
] as const;

/** The program behind a User-Agent, in a word or two: `Chrome 156`. What is no browser goes by its own first word. */
export function programOf(userAgent: string): string {
  for (const [token, name] of BROWSERS) {
    const version = new RegExp(`\\b${token}/(\\d+)`).exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}`;
  }
  return userAgent.split(/[\s(]/, 1)[0] || 'unknown program';
}
