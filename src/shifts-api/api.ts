import { z } from 'zod';
import type { SqliteFile } from '../db/open.ts';
import { type ApiAnswer, invalid } from './answers.ts';
import { GET_OPEN_API, shiftsApiDocument } from './document.ts';
import { fileRows } from './file-rows.ts';
import type { ApiRequest, Plan } from './operation.ts';
import { operations } from './operations.ts';
import { readQuery } from './read-request.ts';

export type { ApiAnswer } from './answers.ts';
export type { ApiRequest } from './operation.ts';

/** The answer, or what gives it in a write transaction. */
export type Begun = ApiAnswer | (() => ApiAnswer);

export interface ShiftsApi {
  /** Answers one authorised request; synchronous. A request that writes waits for the file's write lock. */
  handle(request: ApiRequest): ApiAnswer;
  /** The same in two steps: all that needs no write lock, and what is returned, unless it is the answer already. */
  begin(request: ApiRequest): Begun;
}

const noParameters = z.strictObject({});
const byName = new Map(operations.map((operation) => [operation.operation, operation]));
const document: ApiAnswer = {
  status: 200,
  body: JSON.stringify(shiftsApiDocument),
  reason: null,
  places: [],
};

/** Whether an operation reads so much that few of them are to be under way. */
export const isLong = (operation: string): boolean => byName.get(operation)?.long === true;

/** What there is to do for a request to the built-in upstream. */
export function planOf(request: ApiRequest): Plan {
  const operation = byName.get(request.operation);
  if (operation !== undefined) return operation.plan(request);
  if (request.operation === GET_OPEN_API) {
    const query = readQuery(noParameters, request.query);
    return { kind: 'answer', answer: query.ok ? document : invalid(query.errors) };
  }
  throw new Error(`the Shifts API has no operation "${request.operation}"`);
}

/** The built-in upstream over the rows of an instance's file. A read-only handle answers whatever only reads. */
export function createShiftsApi(file: SqliteFile): ShiftsApi {
  const rows = fileRows(file);
  const begin = (request: ApiRequest): Begun => {
    const plan = planOf(request);
    switch (plan.kind) {
      case 'answer':
        return plan.answer;
      case 'read':
        return rows.go(plan.steps());
      case 'write':
        return () => rows.write(() => rows.go(plan.steps()));
      case 'long': {
        const begun = rows.read(() => rows.go(plan.steps()));
        return typeof begun === 'function' ? () => rows.write(() => rows.go(begun())) : begun;
      }
    }
  };
  return {
    begin,
    handle(request) {
      const begun = begin(request);
      return typeof begun === 'function' ? begun() : begun;
    },
  };
}
