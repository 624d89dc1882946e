import { z } from 'zod';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

/** The operation that answers with this document. */
export const GET_OPEN_API = 'getOpenApi';

/** Operations that need no token: nobody needs one to read what the API is. */
export const openOperations: ReadonlySet<string> = new Set([GET_OPEN_API]);

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('stable; what a program decides by'),
    requestId: z.string(),
    errors: z
      .array(z.object({ field: z.string(), detail: z.string() }))
      .optional()
      .describe('in a 400: what is wrong with which field'),
  })
  .meta({ id: 'Problem' });

const components: Record<string, unknown> = {};

/** The API's own OpenAPI 3.1 document, made from the schemas that validate its requests. */
export const shiftsApiDocument: Readonly<Record<string, unknown>> = {
  openapi: '3.1.1',
  info: {
    title: 'Shifts API',
    version: '1.0.0',
    description:
      'Shifts, the employees who work them, attendance, reports and notifications. Every row belongs to a business unit and a location; a restricted token neither sees nor writes rows outside its restrictions.',
  },
  servers: [{ url: '/' }],
  security: [{ token: [] }],
  tags: [...new Set(operations.map((operation) => operation.tag)), 'meta'].map((name) => ({ name })),
  paths: paths(),
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'shf_ and 49 characters; never in a query' },
    },
    schemas: { Problem: schemaOf(problem), ...components },
  },
};

function paths(): Record<string, Record<string, unknown>> {
  const all: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    all[operation.path] ??= {};
    Object.assign(all[operation.path] as object, { [operation.method.toLowerCase()]: describe(operation) });
  }
  all['/v1/openapi.json'] = {
    get: {
      operationId: GET_OPEN_API,
      tags: ['meta'],
      summary: 'Gives this document',
      // Nobody needs a token to read what the API is; one that is sent must be good.
      security: [{}, { token: [] }],
      responses: {
        200: { description: 'OK', content: { 'application/json': { schema: { type: 'object' } } } },
        ...problems(['401', '403', '429']),
      },
    },
  };
  return all;
}

function describe(operation: Operation): Record<string, unknown> {
  const { body, answer, status } = operation;
  const refusals = ['400', '401', '403', '429'];
  if (operation.path.includes('{id}')) refusals.push('404');
  if (body !== null) refusals.push('413');
  return {
    operationId: operation.operation,
    tags: [operation.tag],
    summary: operation.summary,
    parameters: parametersOf(operation),
    ...(body === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } }),
    responses: {
      [status]: {
        description: { 200: 'OK', 201: 'Created', 204: 'Deleted' }[status],
        ...(answer === null ? {} : { content: { 'application/json': { schema: schemaOf(answer) } } }),
      },
      ...problems(refusals),
    },
  };
}

function parametersOf(operation: Operation): unknown[] {
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    name: match[1],
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  }));
  const query = jsonSchema(operation.query);
  const inQuery = Object.entries((query.properties ?? {}) as Record<string, Record<string, unknown>>).map(
    ([name, { description, ...schema }]) => ({
      name,
      in: 'query',
      ...(description === undefined ? {} : { description }),
      schema,
    }),
  );
  return [...inPath, ...inQuery];
}

function problems(statuses: readonly string[]): Record<string, unknown> {
  const schema = { $ref: '#/components/schemas/Problem' };
  const answer = {
    description: 'Refused; the code says why',
    content: { 'application/problem+json': { schema } },
  };
  return Object.fromEntries(statuses.map((status) => [status, answer]));
}

/** The JSON Schema of what a client sends or reads. Named ones go into the components, and a reference here. */
function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $defs, ...written } = jsonSchema(schema);
  Object.assign(components, $defs);
  const { id, ...content } = written;
  if (typeof id !== 'string') return content;
  if (id === 'Problem') return content;
  components[id] = content;
  return { $ref: `#/components/schemas/${id}` };
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...written } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema: node }) => {
      // Zod writes out the pattern behind each format; the format says it shorter.
      if (node.format !== undefined) delete node.pattern;
    },
  });
  return JSON.parse(JSON.stringify(written).replaceAll('#/$defs/', '#/components/schemas/'));
}
