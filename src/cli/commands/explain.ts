import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { REASONS } from '../../base/reasons.ts';
import type { LogDetail } from '../../features/logs/contract.ts';
import type { ExplainQuestion, Explanation } from '../../gateway/contract.ts';
import { type AdminClient, withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, oneId } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { UsageError } from '../usage-error.ts';

interface ExplainOptions extends InstanceOptions {
  request?: string;
  token?: string;
  secretStdin?: true;
  anonymous?: true;
  address?: string;
  method?: string;
  path?: string;
}

/** What both a logged and a tested request come to. */
interface Explained {
  verdict: 'allow' | 'deny';
  status: number | null;
  reason: string | null;
  code: string | null;
  checks: { name: string; outcome: 'passed' | 'failed'; compared: string; owner: string | null }[];
}

export const explainCommand = (): Command =>
  instanceCommand(
    'explain',
    'why a request was, or would be, let in or denied; nothing is sent, charged or logged',
  )
    .option('--request <id>', 'a request in the log; or instead one that is not sent:', oneId)
    .option('--token <id>', 'with this token', oneId)
    .option('--secret-stdin', 'with the secret on standard input')
    .option('--anonymous', 'without a token')
    .option('--address <address>', 'from this address')
    .option('--method <method>', 'as GET')
    .option('--path <path>', 'as /v1/shifts')
    .action(async (options: ExplainOptions) => {
      const question = options.request === undefined ? await questionOf(options) : null;
      return withInstance(options, async (client) => {
        if (question !== null) return printTested(await client.gateway.explain(question), options);
        return printLogged(await loggedRequest(client, options), options);
      });
    });

async function loggedRequest(client: AdminClient, options: ExplainOptions): Promise<LogDetail> {
  const test = ['token', 'secretStdin', 'anonymous', 'address', 'method', 'path'] as const;
  const also = test.find((name) => options[name] !== undefined);
  if (also !== undefined) throw new UsageError(`--request: it cannot be given with ${flagOf(also)}`);
  return client.logs.get({ requestId: options.request ?? '' });
}

async function questionOf(options: ExplainOptions): Promise<ExplainQuestion> {
  const { address, method, path, token } = options;
  for (const name of ['address', 'method', 'path'] as const)
    if (options[name] === undefined) throw new UsageError(`${flagOf(name)} is missing; or give --request`);
  const given = (['token', 'secretStdin', 'anonymous'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (given.length !== 1)
    throw new UsageError('one of --token, --secret-stdin and --anonymous says who asks');
  const credential =
    token !== undefined
      ? ({ kind: 'token', tokenId: token } as const)
      : options.anonymous
        ? ({ kind: 'none' } as const)
        : ({ kind: 'secret', secret: (await readAll(process.stdin)).trim() } as const);
  return { credential, address: address ?? '', method: method ?? '', path: path ?? '' };
}

const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const checksOf = (checks: Explanation['checks']): Explained['checks'] =>
  checks.map(({ check, passed, detail, owner }) => ({
    name: check,
    outcome: passed ? 'passed' : 'failed',
    compared: detail,
    owner: owner ?? null,
  }));

function printTested(explanation: Explanation, options: ExplainOptions): void {
  const { verdict, status, reason, code, checks, ...rest } = explanation;
  const explained: Explained = { verdict, status, reason, code, checks: checksOf(checks) };
  if (options.json) {
    printJson({ ...explained, ...rest });
    return;
  }
  print(explained);
  if (rest.restrictions !== null) printLine(`The API narrows it: ${rest.restrictions}.`);
  for (const [name, value] of rest.headers) printLine(`${name}: ${value}`);
  printLine(
    rest.countedBy === 'gateway' ? 'Limits by the gateway’s counters.' : 'Limits by the log’s last hour.',
  );
}

function printLogged(detail: LogDetail, options: ExplainOptions): void {
  // A request that was only not valid got past the gateway.
  const failed = detail.checks.some(({ check, passed }) => !passed && check !== 'request');
  const explained: Explained = {
    verdict: failed || detail.status === 401 || detail.status === 429 ? 'deny' : 'allow',
    status: detail.status,
    reason: detail.reason,
    code: detail.reason === null ? null : codeOf(detail.reason),
    checks: checksOf(detail.checks),
  };
  if (!options.json) {
    print(explained);
    return;
  }
  const { requestId, time, tokenId, tokenName, userName, address, endpoint, policyVersion } = detail;
  printJson({
    ...explained,
    requestId,
    time,
    tokenId,
    tokenName,
    userName,
    address,
    endpoint,
    policyVersion,
  });
}

const codeOf = (reason: string): string =>
  Object.hasOwn(REASONS, reason) ? REASONS[reason as keyof typeof REASONS].code : reason;

function print({ verdict, status, reason, checks }: Explained): void {
  const answer = status === null ? 'what the API answers is not known' : String(status);
  printLine(`${verdict === 'allow' ? 'Let in' : 'Denied'}: ${reason ?? answer}`);
  for (const { name, outcome, compared } of checks) printLine(`  ${outcome} ${name.padEnd(12)} ${compared}`);
}
