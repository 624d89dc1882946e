/**
 * A peer of the gateway for the bench, as a process of its own: `node peer.ts bare|stack TOKEN LOGFILE`.
 * `bare`: Fastify and nothing else. `stack`: what a team would put together from Fastify's own plugins
 * for what Gatehouse does: bearer authentication, a rate limit, a log line a request in a file.
 */
import { readFileSync } from 'node:fs';
import bearerAuth from '@fastify/bearer-auth';
import rateLimit from '@fastify/rate-limit';
import Fastify from 'fastify';
import pino from 'pino';

const [kind, token, bodyFile, logFile] = process.argv.slice(2);
if (!kind || !token || !bodyFile || !logFile) throw new Error('usage: peer.ts bare|stack TOKEN BODY LOG');

/** The very answer that Gatehouse gave, so that all three send the same bytes of JSON. */
const body: unknown = JSON.parse(readFileSync(bodyFile, 'utf8'));

const app = Fastify(
  kind === 'stack' ? { loggerInstance: pino({ level: 'info' }, pino.destination(logFile)) } : {},
);
if (kind === 'stack') {
  await app.register(bearerAuth, { keys: new Set([token]) });
  await app.register(rateLimit, {
    max: 1_000_000_000,
    timeWindow: '1 hour',
    keyGenerator: (request) => request.headers.authorization ?? request.ip,
  });
}
app.get('/v1/business-units', async () => body);
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ ready: true, gateway: address })}\n`);
