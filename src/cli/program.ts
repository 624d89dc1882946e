import { ORPCError } from '@orpc/client';
import { Command, CommanderError } from 'commander';
import about from '../../package.json' with { type: 'json' };
import { Fault } from '../base/faults.ts';
import { adminCommand } from './commands/admin.ts';
import { auditCommand } from './commands/audit.ts';
import { backupCommand } from './commands/backup.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { ipCommand } from './commands/ip.ts';
import { keyCommand } from './commands/key.ts';
import { limitCommand } from './commands/limit.ts';
import { loginCommand, logoutCommand } from './commands/login.ts';
import { logsCommand } from './commands/logs.ts';
import { migrateCommand } from './commands/migrate.ts';
import { placeCommand } from './commands/places.ts';
import { policyCommand } from './commands/policy.ts';
import { rehearseCommand } from './commands/rehearse.ts';
import { restoreCommand } from './commands/restore.ts';
import { retentionCommand } from './commands/retention.ts';
import { reviewCommand } from './commands/review.ts';
import { serveCommand } from './commands/serve.ts';
import { tokenCommand } from './commands/token.ts';
import { upstreamCommand } from './commands/upstream.ts';
import { usageCommand } from './commands/usage.ts';
import { userCommand } from './commands/user.ts';
import { FailedCheck } from './failed-check.ts';
import { UsageError } from './usage-error.ts';

const DONE = 0;
const FAILED = 1;
const MISTAKE = 2;

/** How the admin API refuses. */
const REFUSALS: ReadonlySet<string> = new Set(['FAULT', 'DENIED', 'REFUSED', 'THROTTLED']);

const program = new Command('gatehouse')
  .description('Issue, limit, watch and revoke API tokens, and run the gateway that enforces it.')
  .version(about.version)
  // What is given behind a command's name is that command's: `logs` and `logs export` have the same options.
  .enablePositionalOptions();
for (const command of [
  serveCommand(),
  tokenCommand(),
  policyCommand(),
  keyCommand(),
  userCommand(),
  placeCommand('unit', 'businessUnit', 'business unit'),
  placeCommand('location', 'location', 'location'),
  placeCommand('group', 'userGroup', 'user group'),
  limitCommand(),
  ipCommand(),
  logsCommand(),
  usageCommand(),
  reviewCommand(),
  auditCommand(),
  retentionCommand(),
  upstreamCommand(),
  explainCommand(),
  rehearseCommand(),
  backupCommand(),
  restoreCommand(),
  migrateCommand(),
  doctorCommand(),
  demoCommand(),
  adminCommand(),
  loginCommand(),
  logoutCommand(),
])
  program.addCommand(command);

// Who reads our output may have enough of it (`| head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(DONE);
});

/** Every command throws instead of exiting, so that there is one place that decides the exit code. */
function throwing(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined, writeErr: () => undefined });
  command.commands.forEach(throwing);
}

/** What the caller can mend, in one line; null for what is ours. */
function mistakeOf(thrown: unknown): string | null {
  if (thrown instanceof UsageError || thrown instanceof Fault) return thrown.message;
  if (thrown instanceof CommanderError)
    return thrown.code === 'commander.help'
      ? 'name a command; --help lists them'
      : thrown.message.replace(/^error: /, '');
  if (!(thrown instanceof ORPCError)) return null;
  if (REFUSALS.has(thrown.code)) return thrown.message;
  if (thrown.code !== 'BAD_REQUEST') return null;
  const { issues = [] } = thrown.data as { issues?: { path?: (string | number)[]; message: string }[] };
  return issues.map(({ path = [], message }) => `${path.join('.') || 'input'}: ${message}`).join('; ');
}

/** Does it pass without anybody's mending it, so that a service that failed so is worth starting again? */
const isPassing = (thrown: unknown): boolean =>
  (thrown instanceof Fault ? thrown.code : thrown instanceof ORPCError ? thrown.data?.code : null) ===
  'database.unavailable';

async function main(): Promise<number> {
  try {
    throwing(program);
    await program.parseAsync();
    // A command that did its work may still have bad news.
    return process.exitCode === undefined ? DONE : FAILED;
  } catch (thrown) {
    // Help and version are not mistakes.
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return DONE;
    if (thrown instanceof FailedCheck) return FAILED;
    const mistake = mistakeOf(thrown);
    if (mistake !== null) {
      process.stderr.write(`gatehouse: ${mistake.replace(/\s*\n\s*/g, ' ')}\n`);
      return isPassing(thrown) ? FAILED : MISTAKE;
    }
    process.stderr.write(
      `gatehouse: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown}\n`,
    );
    return FAILED;
  }
}

process.exitCode = await main();
