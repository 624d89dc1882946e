import { Command } from 'commander';
import { type AdminClient, withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { settingsOf, type UpstreamOptions, withUpstreamOptions } from '../upstream-options.ts';
import { UsageError } from '../usage-error.ts';

type View = Awaited<ReturnType<AdminClient['upstream']['get']>>;

export function upstreamCommand(): Command {
  const command = new Command('upstream').description('the API that the gateway passes requests on to');
  const add = (given: Command, work: (client: AdminClient, options: InstanceOptions) => Promise<View>) =>
    command.addCommand(
      given.action((...args: unknown[]) => {
        const options = args.at(-2) as InstanceOptions;
        return withInstance(options, async (client) => show(await work(client, options), options));
      }),
    );
  add(instanceCommand('show', 'show what is set, and the catalogue'), (client) => client.upstream.get());
  command.addCommand(
    withUpstreamOptions(instanceCommand('set', 'set it, from the next start of the gateway on'))
      .argument('<url>')
      .action((url: string, options: InstanceOptions & UpstreamOptions) =>
        withInstance(options, async (client) => {
          const settings = settingsOf(options, url);
          if (settings.openApiFile === undefined)
            throw new UsageError('--openapi: name the OpenAPI document');
          const { openApiFile } = settings;
          show(await client.upstream.set({ ...settings, url, openApiFile }), options);
        }),
      ),
  );
  add(instanceCommand('clear', 'back to the built-in Shifts API'), (client) => client.upstream.clear());
  return command;
}

function show({ settings, catalogue }: View, options: InstanceOptions): void {
  if (options.json) {
    printJson({ settings, catalogue });
    return;
  }
  printLine(
    settings === null
      ? 'The built-in Shifts API is set.'
      : `${settings.url} is set, described by ${settings.openApiFile}.`,
  );
  printLine(
    `The catalogue has ${catalogue.endpoints} endpoints in ${catalogue.tags} tags, of ${catalogue.url ?? 'the built-in Shifts API'}.`,
  );
}
