import type { Command } from 'commander';

/** What the arguments of an expression say of themselves. */
const ARGUMENT = [
  '[expression...]',
  'which requests, as status:4xx token:"Payroll" -reason:limit.*',
] as const;

const LANGUAGE = `
An expression is a list of terms that all must hold:
  status:429  status:4xx,503  status:>=500           a code, a class, or a comparison
  token:"Payroll"  user:ada*                         an id, or the name at the time of the request
  endpoint:"GET /v1/shifts/{id}"  endpoint:shifts    a template, or a tag
  outcome:denied                                     admitted, clientError, limited, denied, serverError
  method:POST  reason:limit.*  path:/v1/shifts*      texts, whole
  address:10.0.0.0/8  agent:*curl*  id:ID            an address or a range; texts, whole
  ms:>200  in:>=1000000  out:100..200                milliseconds, and bytes of the bodies
  timeout  "night shift"                             a text, anywhere in the request
Commas part alternatives, a "-" before a term excludes it, * stands for any characters; field:* has one,
field:"" has none. Capitals do not matter. Quote the expression for the shell: ms:>200 alone would make a file.

Examples:
  gatehouse logs query 'status:429 token:"Payroll" path:/v1/shifts* ms:>200' --db instance.db
  gatehouse logs query '-status:2xx -address:10.0.0.0/8' --from 2026-11-24 --limit 1000 --json --db instance.db
  gatehouse logs tail 'outcome:denied,limited' --db instance.db
  gatehouse logs export 'reason:limit.*' --format csv --compress gzip --out limited.csv.gz --db instance.db`;

/**
 * Has a command take an expression of base/log-query, in one argument or in several; and explain the language.
 * @param argument what its arguments are, where something stands before the expression
 */
export function takingExpression(
  command: Command,
  argument: readonly [name: string, about: string] = ARGUMENT,
): Command {
  const parse = command.parseOptions.bind(command);
  command.parseOptions = (given) => parse(withExclusions(command, given));
  return command.argument(...argument).addHelpText('after', LANGUAGE);
}

/** An expression may begin with an exclusion, which looks like an option. A blank before it says that it is none. */
function withExclusions(command: Command, given: readonly string[]): string[] {
  const end = given.indexOf('--');
  const takesValue = (option: string | undefined) =>
    command.options.some(({ long, required }) => required && long === option);
  return given.map((argument, at) =>
    /^-[^-]./.test(argument) && (end === -1 || at < end) && !takesValue(given[at - 1])
      ? ` ${argument}`
      : argument,
  );
}
