import { type Command, Option } from 'commander';
import type { Rehearsal, RehearsalResult } from '../../gateway/rehearsal/contract.ts';
import { withInstance } from '../client.ts';
import { collect, type InstanceOptions, ids, instanceCommand, oneId, wholeNumber } from '../command.ts';
import { type DraftOptions, draftOf } from '../draft.ts';
import { printJson, printLine, printTable } from '../output.ts';

const MOST = 1_000_000_000;
const SHOWN = 20;

interface RehearseOptions extends InstanceOptions, DraftOptions {
  days: number;
}

export const rehearseCommand = (): Command =>
  instanceCommand('rehearse', 'what a change of the policy would have done to the requests of the last days')
    .option('--days <n>', 'of the log', wholeNumber(1, 400), 7)
    .option('--token <id>', 'whom the limit, ranges, scope, places, expiry are for', oneId)
    .option('--instance', 'whom the limit is for: all tokens together; else it is the default')
    .option('--limit-per-hour <n>', 'requests in any hour', wholeNumber(1, MOST))
    .option('--burst <n>', 'requests in any burst period', wholeNumber(1, MOST))
    .option('--burst-seconds <s>', 'length of the burst period, in seconds', wholeNumber(1, 3_600))
    .option('--limit-clear', 'no limit of its own')
    .option('--ip-add <cidr>', 'a range, for all API access or the token; repeatable', collect)
    .option('--ip-remove <id>', 'a range, as `ip list` prints it; repeatable', ids)
    .addOption(new Option('--scope <scope>', 'of the token').choices(['read-only', 'full', 'limited']))
    .option('--endpoint <tag[:read|write]>', 'with --scope limited; repeatable', collect)
    .option('--business-unit <name>', 'narrow the token to this; repeatable', collect)
    .option('--location <name>', 'narrow the token to this; repeatable', collect)
    .option('--group <name>', 'narrow the token to this; repeatable', collect)
    .option('--unrestricted', 'narrow the token to nothing')
    .option('--expires <when>', 'of the token: ISO 8601 or never')
    .option('--disable', 'the token switched off')
    .option('--enable', 'the token switched on')
    .option('--revoke <id>', 'a token; repeatable', ids)
    .option('--deactivate-user <email>', 'a user; repeatable', collect)
    .option('--draft <file>', 'a whole draft as JSON, in place of these; -: standard input')
    .action((options: RehearseOptions) =>
      withInstance(options, async (client) => {
        const draft = await draftOf(client, options);
        let last: Rehearsal | undefined;
        for await (const event of await client.gateway.rehearse({ draft, days: options.days })) {
          last = event;
          showProgress(event);
        }
        if (last?.type !== 'result') throw new Error('the rehearsal ended without a result');
        const { type: _, ...result } = last;
        if (options.json) printJson(result);
        else print(result);
      }),
    );

/** For people only: a pipe gets none. */
function showProgress(event: Rehearsal): void {
  if (!process.stderr.isTTY) return;
  const line =
    event.type === 'progress' ? `${Math.round(event.part * 100)} %, ${event.requests} requests` : '';
  process.stderr.write(`\r\u001b[K${line}`);
}

function print(result: Omit<RehearsalResult, 'type'>): void {
  printLine(`${result.requests} requests, from ${result.from.toISOString()} to ${result.to.toISOString()}`);
  printLine(`  would be denied   ${result.wouldDeny}`);
  printLine(`  would be let in   ${result.wouldAllow}`);
  printLine(`  denied otherwise  ${result.otherReason}`);
  printLine(`  undecidable       ${result.undecidable}`);
  printLine(`  unchanged         ${result.unchanged}`);
  const { earlier } = result;
  if (earlier.wouldDeny + earlier.wouldAllow > 0)
    printLine(
      `Without this draft, changes since then would deny ${earlier.wouldDeny} and let in ${earlier.wouldAllow}.`,
    );
  if (result.clockSetBack > 0)
    printLine(`The clock was set back: ${result.clockSetBack} rows may be counted out of order.`);
  const reasons = Object.entries(result.byReason).sort((a, b) => b[1] - a[1]);
  if (reasons.length > 0) printTable(['denied for', 'requests'], reasons, '');
  if (result.byToken.length === 0) return;
  printTable(
    ['token', 'requests', 'denied', 'let in', 'undecidable', 'id'],
    result.byToken
      .slice(0, SHOWN)
      .map((t) => [t.tokenName, t.requests, t.wouldDeny, t.wouldAllow, t.undecidable, t.tokenId]),
    '',
  );
}
