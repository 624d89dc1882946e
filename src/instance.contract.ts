import { z } from 'zod';
import { call } from './base/shapes.ts';

export const instance = {
  info: call.output(
    z.object({
      id: z.string(),
      file: z.string(),
      keyFile: z.string(),
      createdAt: z.date(),
      version: z.string(),
      actor: z.string().describe('who this connection acts as'),
    }),
  ),
};
