import { type Command, Option } from 'commander';
import { type BriefFinding, type Overlap, overlap } from '../../features/tokens/contract.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, oneId } from '../command.ts';
import { printJson, printJsonList, printLine, printTable } from '../output.ts';
import { shownTime } from '../times.ts';

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
        const parts = await client.tokens.findings();
        if (options.json) return printJsonList(parts);
        const findings: BriefFinding[] = [];
        for await (const part of parts) findings.push(...part);
        printTable(
          ['finding', 'token', 'id', 'remedy'],
          findings.map((finding) => [
            finding.code,
            finding.tokenName,
            finding.tokenId,
            remedyInWords(finding),
          ]),
          'Nothing to mend.',
        );
      }),
  );

/** As the command that does it, where one line does. */
function remedyInWords({ tokenId, remedy }: BriefFinding): string {
  switch (remedy.kind) {
    case 'setExpiry':
      return `token set ${tokenId} --expires ${shownTime(remedy.expiresAt)}`;
    case 'revoke':
      return `token revoke ${tokenId}`;
    case 'switchOff':
      return `token disable ${tokenId}`;
    case 'addRanges':
      return remedy.ranges.length === 0
        ? `ip add CIDR --token ${tokenId}`
        : `ip add ${remedy.ranges.join(' ')} --token ${tokenId}`;
    case 'narrowScope': {
      const grants = remedy.endpoints.map(({ target, access }) => `--endpoint ${target}:${access}`);
      return `token set ${tokenId} --scope limited ${grants.join(' ')}`;
    }
  }
}
