import type { Finding, Token } from '../../../features/tokens/contract.ts';
import { counted, exactTime } from '../../ui/format.ts';
import type { Changeable } from '../tokens/changes/changes.ts';
import { RehearseButton } from './rehearse-button.tsx';
import { editRehearsed, type Rehearsed, type TokenDraft, tokensRehearsed } from './rehearsed.ts';

interface RehearseEditProps {
  token: Token;
  change: Partial<Changeable>;
  ready?: boolean;
}

export const RehearseEdit = ({ token, change, ready = true }: RehearseEditProps) => (
  <RehearseButton rehearsed={editRehearsed(token, change, ready)} />
);

const switched = ({ id, name }: Token, active: boolean): Rehearsed =>
  tokensRehearsed(`${name} is switched ${active ? 'on' : 'off'}.`, [{ tokenId: id, active }]);

/** Beside the button that switches a token, which has no form. */
export const RehearseSwitch = ({ token }: { token: Token }) => {
  const off = token.status === 'inactive';
  return (
    <RehearseButton rehearsed={switched(token, off)}>
      {off ? 'Rehearse switching on…' : 'Rehearse switching off…'}
    </RehearseButton>
  );
};

export function RehearseRevocation({ tokens }: { tokens: readonly Token[] }) {
  const [only] = tokens;
  const words =
    tokens.length === 1 && only !== undefined
      ? `${only.name} is revoked.`
      : `${counted(tokens.length, 'token')} are revoked.`;
  const drafts = tokens.map(({ id }): TokenDraft => ({ tokenId: id, revoked: true }));
  return <RehearseButton rehearsed={tokensRehearsed(words, drafts)} />;
}

function remedyRehearsed({ token, remedy }: Finding): Rehearsed {
  const tokenId = token.id;
  switch (remedy.kind) {
    case 'setExpiry':
      return tokensRehearsed(`${token.name} expires ${exactTime(remedy.expiresAt)}.`, [
        { tokenId, expiresAt: remedy.expiresAt },
      ]);
    case 'narrowScope':
      return tokensRehearsed(
        `${token.name} is limited to ${counted(remedy.endpoints.length, 'endpoint or tag', 'endpoints and tags')}.`,
        [{ tokenId, scope: 'limited', endpoints: remedy.endpoints }],
      );
    case 'switchOff':
      return switched(token, false);
    case 'revoke':
      return tokensRehearsed(`${token.name} is revoked.`, [{ tokenId, revoked: true }]);
    case 'addRanges':
      return {
        words: `${token.name} may call from ${counted(remedy.ranges.length, 'range')} alone.`,
        draft: { ipRules: { add: remedy.ranges.map((range) => ({ range, tokenIds: [tokenId] })) } },
      };
  }
}

export const RehearseRemedy = ({ finding }: { finding: Finding }) => (
  <RehearseButton rehearsed={remedyRehearsed(finding)} />
);
