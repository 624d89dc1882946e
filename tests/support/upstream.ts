import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an upstream was asked. */
export interface Asked {
  method: string;
  url: string;
  /** As they came: names and values in turn. */
  raw: string[];
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface TestUpstream {
  url: string;
  server: Server;
  /** Every request so far whose body has ended. */
  asked: Asked[];
  /** Answers from now on, after the body has been read, unless `streaming`. */
  answer(listener: (request: IncomingMessage, response: ServerResponse, asked: Asked) => void): void;
  /** Answers from now on before the body has been read. */
  stream(listener: RequestListener): void;
  close(): Promise<void>;
}

/** For tests: a real HTTP server as the API behind a gateway. */
export async function startUpstream(): Promise<TestUpstream> {
  const asked: Asked[] = [];
  const echo = (_: IncomingMessage, response: ServerResponse, last: Asked) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ method: last.method, url: last.url, body: last.body.toString('utf8') }));
  };
  let answer: (request: IncomingMessage, response: ServerResponse, asked: Asked) => void = echo;
  let stream: RequestListener | null = null;
  const server = createServer((request, response) => {
    if (stream !== null) return stream(request, response);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', rawHeaders: raw, headers } = request;
      const last = { method, url, raw, headers, body: Buffer.concat(chunks) };
      asked.push(last);
      answer(request, response, last);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    asked,
    answer(listener) {
      stream = null;
      answer = listener;
    },
    stream(listener) {
      stream = listener;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** For tests: an OpenAPI document of things, in a folder of its own; returns its path. */
export function thingsDocument(change: object = {}): string {
  const file = join(mkdtempSync(join(tmpdir(), 'openapi-')), 'things.json');
  const operation = (operationId: string, tag = 'things') => ({ operationId, tags: [tag], responses: {} });
  const document = {
    openapi: '3.1.0',
    info: { title: 'Things', version: '1' },
    paths: {
      '/things': { get: operation('listThings'), post: operation('createThing') },
      '/things/{id}': {
        get: operation('getThing'),
        put: operation('putThing'),
        delete: operation('deleteThing'),
      },
      '/big': { get: operation('getBig', 'bulk'), post: operation('postBig', 'bulk') },
    },
    ...change,
  };
  writeFileSync(file, JSON.stringify(document));
  return file;
}
