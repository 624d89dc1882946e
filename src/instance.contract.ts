import { z } from 'zod';
import { ROLES } from './base/roles.ts';
import { reads } from './base/shapes.ts';

export const instance = {
  info: reads.output(
    z.object({
      id: z.string(),
      file: z.string(),
      keyFile: z.string(),
      createdAt: z.date(),
      version: z.string(),
      actor: z.string().describe('who this connection acts as'),
      role: z.enum(ROLES),
    }),
  ),
};
