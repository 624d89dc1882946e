import { z } from 'zod';
import { ROLES } from './base/roles.ts';
import { reads } from './base/shapes.ts';

export const instance = {
  info: reads.output(
    z.object({
      id: z.string(),
      engine: z.enum(['sqlite', 'postgres']),
      name: z.string().describe("the file's path, or the database's URL without its password"),
      keyFile: z.string().nullable().describe('null: the process that answers has no key file'),
      hasKeys: z
        .boolean()
        .describe('false: the process that answers has no keys, so it can make and rotate no secret'),
      createdAt: z.date(),
      version: z.string(),
      actor: z.string().describe('who this connection acts as'),
      role: z.enum(ROLES),
    }),
  ),
};
