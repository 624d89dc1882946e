import { type ChildProcess, spawn } from 'node:child_process';
import type { InstancePlace } from '../../src/db/place.ts';

/** A process that changes the instance without a pause, and says each change that was answered. */
export function changingProcess(place: InstancePlace): { process: ChildProcess; answered: () => string[] } {
  const code = `
    const { openInstance } = await import(${JSON.stringify(new URL('../../src/instance.ts', import.meta.url).href)});
    const { createRouterClient } = await import('@orpc/server');
    const instance = await openInstance({ place: JSON.parse(process.argv[1]), actor: 'os:' + process.pid });
    const ask = createRouterClient(instance.router, { context: instance.context });
    for (let n = 0; ; n++) {
      const { id } = await ask.directory.places.add({ kind: 'location', name: process.pid + ' ' + n });
      process.stdout.write(id + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, JSON.stringify(place)], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (piece) => {
    out += piece;
  });
  return { process: child, answered: () => out.split('\n').slice(0, -1) };
}
