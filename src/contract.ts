import { demo } from './demo/contract.ts';
import { admins } from './features/admins/contract.ts';
import { audit } from './features/audit/contract.ts';
import { directory } from './features/directory/contract.ts';
import { endpoints } from './features/endpoints/contract.ts';
import { ipRules } from './features/ip-rules/contract.ts';
import { limits } from './features/limits/contract.ts';
import { logs } from './features/logs/contract.ts';
import { retention } from './features/retention/contract.ts';
import { tokens } from './features/tokens/contract.ts';
import { upstream } from './features/upstream/contract.ts';
import { usage } from './features/usage/contract.ts';
import { gateway } from './gateway/contract.ts';
import { instance } from './instance.contract.ts';

/** The admin API: everything that can be asked of an instance, whichever door it is asked at. */
export const contract = {
  tokens,
  usage,
  limits,
  ipRules,
  logs,
  retention,
  endpoints,
  directory,
  upstream,
  admins,
  audit,
  gateway,
  demo,
  instance,
};
