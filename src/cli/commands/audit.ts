import { Command, Option } from 'commander';
import {
  type AuditAction,
  type AuditEntry,
  type AuditFilter,
  type AuditVerdict,
  auditAction,
} from '../../features/audit/contract.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, wholeNumber } from '../command.ts';
import { FailedCheck } from '../failed-check.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { readTime } from '../times.ts';

interface ListOptions extends InstanceOptions {
  actor?: string;
  action?: AuditAction;
  subject?: string;
  from?: string;
  to?: string;
  limit: number;
}

const PAGE = 1_000;

export function auditCommand(): Command {
  const command = new Command('audit').description('who changed or exported what, before and after');
  command.addCommand(
    instanceCommand('list', 'list the entries, newest first')
      .option('--actor <actor>', 'by whom, as os:root')
      .addOption(new Option('--action <action>', 'what was done').choices(auditAction.options))
      .option('--subject <text>', 'to what: its id, or part of its name')
      .option('--from <iso>', 'from this time on; a date: its start, UTC')
      .option('--to <iso>', 'before this time; a date: its end, UTC')
      .option('--limit <n>', 'at most so many', wholeNumber(1, 10_000_000), 100)
      .action(list),
  );
  command.addCommand(
    instanceCommand(
      'verify',
      'read the whole log and name the first entry that was edited, removed, moved or cut off; exits with 1 then',
    ).action((options: InstanceOptions) =>
      withInstance(options, async (client) => {
        const verdict = await client.audit.verify();
        if (options.json) printJson(verdict);
        else for (const line of linesOf(verdict)) printLine(line);
        if (!verdict.ok) throw new FailedCheck();
      }),
    ),
  );
  return command;
}

const list = (options: ListOptions): Promise<void> => {
  const filter = filterOf(options);
  return withInstance(options, async (client) => {
    const entries: AuditEntry[] = [];
    let before: number | undefined;
    do {
      const page = await client.audit.list({
        filter,
        limit: Math.min(PAGE, options.limit - entries.length),
        ...(before === undefined ? {} : { before }),
      });
      entries.push(...page.items);
      before = page.next ?? undefined;
    } while (before !== undefined && entries.length < options.limit);
    if (options.json) return printJson(entries);
    printTable(
      ['no.', 'time', 'who', 'what', 'to what'],
      entries.map(({ seq, at, actor, action, subject }) => [
        seq,
        at.toISOString(),
        actor,
        action,
        subject.name || subject.id,
      ]),
      'No entry matches.',
    );
  });
};

const filterOf = ({ actor, action, subject, from, to }: ListOptions): AuditFilter => ({
  ...(actor === undefined ? {} : { actor }),
  ...(action === undefined ? {} : { action }),
  ...(subject === undefined ? {} : { subject }),
  ...(from === undefined ? {} : { from: readTime('--from', from, 'start') }),
  ...(to === undefined ? {} : { to: readTime('--to', to, 'end') }),
});

const PROBLEMS: Record<NonNullable<AuditVerdict['problem']>['kind'], (seq: number) => string> = {
  changed: (seq) => `Entry ${seq} is not as it was recorded.`,
  missing: (seq) => `Entry ${seq} is missing.`,
  added: (seq) => `Entry ${seq} was never recorded.`,
  key: (seq) =>
    `From entry ${seq} on nothing can be verified: the key that it was recorded under is not here.`,
  head: (seq) =>
    `The file beside the key is missing, so entries cut off behind ${seq} would not be seen. Restore it.`,
};

function linesOf({ ok, entries, unsealed, problem, unfinished, endKnown, head }: AuditVerdict): string[] {
  return [
    problem === null
      ? 'The audit log is whole.'
      : `The audit log is NOT whole. ${PROBLEMS[problem.kind](problem.seq)}`,
    ok ? `Entries: ${entries}` : `Entries before that, as they were recorded: ${entries}`,
    ...(unfinished ? ['A process ended while it made the next change, which is not in the database.'] : []),
    ...(unsealed > 0
      ? [`The last ${unsealed} are by a process without the key; the next change made with it seals them.`]
      : []),
    ...(endKnown
      ? []
      : ['There is no file beside the key here, so entries cut off at the end would not be seen.']),
    `Last recorded: ${head.seq} ${head.mac}`,
  ];
}
