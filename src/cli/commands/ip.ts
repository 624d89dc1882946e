import { Command } from 'commander';
import type { IpRule } from '../../features/ip-rules/contract.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, ids, instanceCommand, oneId } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';

const appliesTo = (rule: IpRule): string =>
  rule.tokens === null ? 'all API access' : rule.tokens.map((token) => token.name).join(', ');

export function ipCommand(): Command {
  const command = new Command('ip').description('the addresses from which tokens may be used');
  command.addCommand(
    instanceCommand('add', 'add addresses or CIDR ranges, all in one step')
      .argument('<cidr...>', 'IPv4 or IPv6, as 203.0.113.0/24')
      .option('--label <text>', 'what it is', '')
      .option('--token <id>', 'only for this token; repeatable; left out: all API access', ids)
      .action((ranges: string[], options: InstanceOptions & { label: string; token?: string[] }) =>
        withInstance(options, async (client) => {
          const { label, token = null } = options;
          const rules = await client.ipRules.addAll({
            rules: ranges.map((range) => ({ range, label, tokenIds: token })),
          });
          // One is printed as every command prints one.
          if (options.json) printJson(rules.length === 1 ? rules[0] : rules);
          else
            for (const rule of rules) printLine(`Added ${rule.range} for ${appliesTo(rule)} (${rule.id}).`);
        }),
      ),
  );
  command.addCommand(
    instanceCommand('list', 'list the ranges').action((options: InstanceOptions) =>
      withInstance(options, async (client) => {
        const rules = await client.ipRules.list();
        if (options.json) return printJson(rules);
        printTable(
          ['id', 'range', 'label', 'applies to'],
          rules.map((rule) => [rule.id, rule.range, rule.label, appliesTo(rule)]),
          'There is no range: any address may call.',
        );
      }),
    ),
  );
  command.addCommand(
    instanceCommand('remove', 'remove a range')
      .argument('<id>', 'of the rule', oneId)
      .action((id: string, options: InstanceOptions) =>
        withInstance(options, async (client) => {
          await client.ipRules.remove({ id });
          if (options.json) printJson({ id, removed: true });
          else printLine(`Removed ${id}.`);
        }),
      ),
  );
  command.addCommand(
    instanceCommand('test', 'would this address be let in, and by which rule?')
      .argument('<address>')
      .option('--token <id>', 'for this token', oneId)
      .action((address: string, options: InstanceOptions & { token?: string }) =>
        withInstance(options, async (client) => {
          const verdict = await client.ipRules.test({
            address,
            ...(options.token === undefined ? {} : { tokenId: options.token }),
          });
          if (options.json) return printJson(verdict);
          const by = {
            token: "by the token's own ranges",
            all: 'by the ranges for all API access',
            none: 'since there is no range',
          }[verdict.judgedBy];
          const rule = verdict.rule ? `: ${verdict.rule.range} ${verdict.rule.label}`.trimEnd() : '';
          printLine(`${address} is ${verdict.allowed ? 'let in' : 'denied'}, ${by}${rule}.`);
        }),
      ),
  );
  command.addCommand(proxyCommand());
  return command;
}

/** The proxies that the gateway believes about who the client is. */
function proxyCommand(): Command {
  const command = new Command('proxy').description('the proxies whose X-Forwarded-For is believed');
  const show = (options: InstanceOptions, ranges: readonly string[]): void => {
    if (options.json) printJson(ranges);
    else
      printTable(
        ['range'],
        ranges.map((range) => [range]),
        'No proxy is trusted.',
      );
  };
  for (const [name, description] of [
    ['add', 'trust a proxy, or a range of them'],
    ['remove', 'trust it no longer'],
  ] as const)
    command.addCommand(
      instanceCommand(name, description)
        .argument('<cidr>', 'IPv4 or IPv6, as 10.0.0.0/8')
        .action((range: string, options: InstanceOptions) =>
          withInstance(options, async (client) =>
            show(options, await client.ipRules.trustedProxies[name]({ range })),
          ),
        ),
    );
  command.addCommand(
    instanceCommand('list', 'list the proxies that are trusted').action((options: InstanceOptions) =>
      withInstance(options, async (client) => show(options, await client.ipRules.trustedProxies.list())),
    ),
  );
  return command;
}
