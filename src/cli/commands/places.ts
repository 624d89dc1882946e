import { Command } from 'commander';
import type { PlaceKind } from '../../db/schema.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';

/** `unit`, `location` and `group`: the same two commands for each kind of place. */
export function placeCommand(name: string, kind: PlaceKind, word: string): Command {
  const command = new Command(name).description(`the directory's ${word}s`);
  command.addCommand(
    instanceCommand('add', `add a ${word}`)
      .argument('<name>', 'unique among its kind')
      .action((text: string, options: InstanceOptions) =>
        withInstance(options, async (client) => {
          const place = await client.directory.places.add({ kind, name: text });
          if (options.json) printJson(place);
          else printLine(`Added the ${word} ${place.name}.`);
        }),
      ),
  );
  command.addCommand(
    instanceCommand('list', `list the ${word}s`).action((options: InstanceOptions) =>
      withInstance(options, async (client) => {
        const places = (await client.directory.places.list()).filter((place) => place.kind === kind);
        if (options.json) return printJson(places);
        printTable(
          ['id', 'name'],
          places.map((place) => [place.id, place.name]),
          `There is no ${word} yet.`,
        );
      }),
    ),
  );
  return command;
}
