import type { FastifyReply } from 'fastify';

/** Answers with a problem (RFC 9457). */
export const problem = (reply: FastifyReply, status: number, code: string, detail: string) =>
  reply
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title: detail, status, code }));
