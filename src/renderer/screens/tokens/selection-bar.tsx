import { Button, Checkbox } from '@mantine/core';
import { IconBan } from '@tabler/icons-react';
import { useState } from 'react';
import type { Token } from '../../../features/tokens/contract.ts';
import { counted } from '../../ui/format.ts';
import { RevokeTokens } from './revoke-tokens.tsx';
import classes from './tokens.module.css';
import type { Selection } from './use-selection.ts';

/** Ticks every token of the page that can still be revoked. */
export function SelectAll({ tokens, selection }: { tokens: readonly Token[]; selection: Selection }) {
  const open = tokens.filter((token) => token.status !== 'revoked');
  const ticked = open.filter((token) => selection.has(token.id)).length;
  return (
    <Checkbox
      size="xs"
      aria-label="Select every token on this page"
      disabled={open.length === 0}
      checked={ticked > 0 && ticked === open.length}
      indeterminate={ticked > 0 && ticked < open.length}
      onChange={(event) => selection.select(open, event.currentTarget.checked)}
    />
  );
}

/** In place of the filters while tokens are ticked: what to do with them. */
export function SelectionBar({ selection }: { selection: Selection }) {
  const [revoking, setRevoking] = useState(false);
  const { tokens } = selection;
  return (
    <div className={classes.filters} role="toolbar" aria-label="Selected tokens">
      <b role="status">{counted(tokens.length, 'token')} selected</b>
      <Button
        variant="light"
        color="red"
        leftSection={<IconBan size={15} />}
        onClick={() => setRevoking(true)}
      >
        Revoke {counted(tokens.length, 'token')}…
      </Button>
      <Button variant="default" onClick={selection.clear}>
        Clear selection
      </Button>
      <RevokeTokens
        tokens={revoking ? tokens : []}
        onClose={() => setRevoking(false)}
        onRevoked={selection.clear}
      />
    </div>
  );
}
