import { expect, test } from 'vitest';
import { z } from 'zod';
import { id, name } from './shapes.ts';

const textOf = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues[0]?.message;

test.each([
  [name, '', 'must not be empty'],
  [name, 'x'.repeat(101), 'must have at most 100 characters'],
  [name, undefined, 'is required'],
  [name, 5, 'must be a string'],
  [id, 'nope', 'must be an id (a UUID)'],
  [z.email(), 'nope', 'must be an e-mail address'],
  [z.int().min(2).max(9), 1, 'must be at least 2'],
  [z.int().min(2).max(9), 10, 'must be at most 9'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.array(id).max(0), ['01a211c3-522b-70a4-a70c-1aac47bf5bad'], 'must have at most 0 entries'],
  [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
])('a value that does not fit is told the bound (%#)', (schema, value, text) => {
  expect(textOf(schema, value)).toBe(text);
});
