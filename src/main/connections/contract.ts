import { z } from 'zod';
import { id, name, reads } from '../../base/shapes.ts';

export const colours = ['slate', 'blue', 'green', 'amber', 'red', 'violet'] as const;

/** What a connection leads to: a local instance's main file, by its absolute path. */
const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('local'), file: z.string().trim().min(1).max(4_096) }),
]);
export type Target = z.infer<typeof target>;

const draft = z.object({
  name,
  colour: z.enum(colours),
  isProtected: z.boolean().describe('the console asks before each change'),
  target,
});
export type ConnectionDraft = z.infer<typeof draft>;

export const connection = draft.extend({
  id,
  isMade: z.boolean().describe('it was opened once, so there is an instance'),
});
export type Connection = z.infer<typeof connection>;

const shownConnection = connection.omit({ isMade: true }).extend({
  current: z.boolean(),
  given: z.boolean().describe('from the command line or the environment, for this run'),
  gateway: z.string().nullable().describe('the address of the gateway that this app runs for it'),
});
export type ShownConnection = z.infer<typeof shownConnection>;

/** What the desktop app alone can be asked: which instances it administers. None changes anything of an instance. */
export const connections = {
  list: reads.output(z.array(shownConnection)),
  add: reads.input(draft).output(z.object({ id })),
  /** Where it leads stays: another place is another connection. */
  edit: reads.input(draft.omit({ target: true }).extend({ id })).output(z.void()),
  /** Nothing of the instance is removed. Refused for the current one and where a gateway runs. */
  remove: reads.input(z.object({ id })).output(z.void()),
  /** Whether it can be opened as it is now; nothing is made. */
  test: reads
    .input(z.object({ target }))
    .output(z.object({ isNew: z.boolean().describe('there is no instance yet; using it makes one') })),
  /** The page has to be loaded anew afterwards. */
  use: reads.input(z.object({ id })).output(z.void()),
  /** A file that the user picks in the system's dialog; null: none. */
  chooseFile: reads.input(z.object({ isNew: z.boolean() })).output(z.string().nullable()),
};
