import { type Command, Option } from 'commander';
import { type Finding, type Overlap, overlap } from '../../features/tokens/contract.ts';
import { type AdminClient, withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, oneId } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { shownTime } from '../times.ts';

const PAGE = 1_000;

/** `token rotate`: the secret is shown once. */
export const rotateCommand = (): Command =>
  instanceCommand('rotate', 'give a token a new secret, which is shown this once')
    .argument('<id>', 'of the token', oneId)
    .addOption(
      new Option('--overlap <time>', 'how long the old secret stays valid')
        .choices(overlap.options)
        .default('24h'),
    )
    .action((id: string, options: InstanceOptions & { overlap: Overlap }) =>
      withInstance(options, async (client) => {
        const { token, secret, oldValidUntil } = await client.tokens.rotate({ id, overlap: options.overlap });
        if (options.json) return printJson({ id: token.id, secret, oldValidUntil });
        const old = options.overlap === 'none' ? 'is void' : `is valid until ${shownTime(oldValidUntil)}`;
        printLine(`Rotated ${token.name}; the old secret ${old}.`);
        printLine(`The new secret is shown this once:\n${secret}`);
      }),
    );

/** `token end-overlap` */
export const endOverlapCommand = (): Command =>
  instanceCommand('end-overlap', 'make the old secret of a rotated token void now')
    .argument('<id>', 'of the token', oneId)
    .action((id: string, options: InstanceOptions) =>
      withInstance(options, async (client) => {
        const token = await client.tokens.endOverlap({ id });
        if (options.json) printJson({ id: token.id, secrets: token.secrets });
        else printLine(`The old secret of ${token.name} is void.`);
      }),
    );

/** `token hygiene` */
export const hygieneCommand = (): Command =>
  instanceCommand('hygiene', 'what of the active tokens is open wider, or longer, than it need be').action(
    (options: InstanceOptions) =>
      withInstance(options, async (client) => {
        const findings = await allFindings(client);
        if (options.json)
          return printJson(
            findings.map(({ code, token, remedy }) => ({
              code,
              tokenId: token.id,
              tokenName: token.name,
              remedy,
            })),
          );
        printTable(
          ['finding', 'token', 'id', 'remedy'],
          findings.map((finding) => [
            finding.code,
            finding.token.name,
            finding.token.id,
            remedyInWords(finding),
          ]),
          'Nothing to mend.',
        );
      }),
  );

async function allFindings(client: AdminClient): Promise<Finding[]> {
  const found: Finding[] = [];
  for (;;) {
    const { findings, total } = await client.tokens.hygiene({ offset: found.length, limit: PAGE });
    found.push(...findings);
    if (findings.length === 0 || found.length >= total) return found;
  }
}

/** As the command that does it, where one line does. */
function remedyInWords({ token, remedy }: Finding): string {
  switch (remedy.kind) {
    case 'setExpiry':
      return `token set ${token.id} --expires ${shownTime(remedy.expiresAt)}`;
    case 'revoke':
      return `token revoke ${token.id}`;
    case 'switchOff':
      return `token disable ${token.id}`;
    case 'addRanges':
      return remedy.ranges.length === 0
        ? `ip add CIDR --token ${token.id}`
        : `ip add ${remedy.ranges.join(' ')} --token ${token.id}`;
    case 'narrowScope': {
      const grants = remedy.endpoints.map(({ target, access }) => `--endpoint ${target}:${access}`);
      return `token set ${token.id} --scope limited ${grants.join(' ')}`;
    }
  }
}
