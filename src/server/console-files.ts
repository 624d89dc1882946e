import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { problem } from './problem.ts';

/** Serves the console's built files. Its routes are in the fragment, so there is one page. */
export async function consoleFiles(app: FastifyInstance): Promise<void> {
  const fromSource = import.meta.url.endsWith('.ts');
  const root = fileURLToPath(new URL(fromSource ? '../../out/renderer' : '../renderer', import.meta.url));
  if (existsSync(root)) {
    await app.register(fastifyStatic, { root, cacheControl: true, maxAge: 0 });
    return;
  }
  app.get('/', async (_, reply) =>
    problem(reply, 503, 'console.missing', 'The console is not built. Run "npm run build" first.'),
  );
}
