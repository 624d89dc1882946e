/**
 * Where the code of a worker thread is: beside this file. From source that is `src/threads/NAME.ts`; the build
 * puts every entry and chunk into one folder, so there it is `NAME.js`.
 */
export const threadFile = (
  name: 'admin' | 'gateway' | 'log-writer' | 'api-writer' | 'rehearsal' | 'review',
): URL => new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
