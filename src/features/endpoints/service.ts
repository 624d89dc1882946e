import { implement } from '@orpc/server';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { Catalogue } from './catalogue.ts';
import { endpoints } from './contract.ts';

const os = implement(endpoints).$context<CallContext>().use(answerFaults);

/** Answers what the gateway's catalogue has, in the order of its document. */
export const createEndpointsService = (deps: { catalogue: () => Promise<Catalogue> }) =>
  os.router({ list: os.list.handler(async () => [...(await deps.catalogue()).endpoints]) });
