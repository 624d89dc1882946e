import { z } from 'zod';
import { reads } from '../../base/shapes.ts';

export const endpoint = z.object({
  operation: z.string().describe("the OpenAPI document's operationId"),
  method: z.string(),
  path: z.string().describe('the template, as /v1/shifts/{id}'),
  tag: z.string(),
  summary: z.string(),
  writes: z.boolean(),
});
export type Endpoint = z.infer<typeof endpoint>;

export const endpoints = {
  list: reads.output(z.array(endpoint)),
};
