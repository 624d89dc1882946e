import { SegmentedControl } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { KeyedButton } from '../../ui/keyed-button.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { GenerateToken } from './generate/index.tsx';
import { Hygiene } from './hygiene/index.tsx';
import { TokenDrawer } from './token-drawer.tsx';
import { TokenList } from './token-list.tsx';
import { useTokensView } from './use-tokens-view.ts';

/** API Tokens: every token with what the documentation lists, the way to a new one, and hygiene. */
export function TokensScreen() {
  const { view, set } = useTokensView();
  const generate = (
    <KeyedButton leftSection={<IconPlus size={15} />} onClick={() => set({ generate: true })}>
      Generate New Token
    </KeyedButton>
  );
  return (
    <Page fill>
      <PageHeader
        title="API Tokens"
        about="Credentials for programs that use the Shifts API: what each may do, until when, and how it is used."
        actions={
          <>
            <SegmentedControl
              aria-label="View"
              data={[
                { value: 'list', label: 'All tokens' },
                { value: 'hygiene', label: 'Hygiene' },
              ]}
              value={view.hygiene === null ? 'list' : 'hygiene'}
              onChange={(value) => set({ hygiene: value === 'hygiene' ? 'all' : null, page: 0 })}
            />
            {generate}
          </>
        }
      />
      {view.hygiene === null ? (
        <TokenList view={view} set={set} generate={generate} />
      ) : (
        <Hygiene code={view.hygiene} set={set} />
      )}
      <TokenDrawer id={view.token} onClose={() => set({ token: null })} />
      <GenerateToken
        opened={view.generate}
        onClose={() => set({ generate: false }, { replace: true })}
        onOpenToken={(token) => set({ generate: false, token }, { replace: true })}
      />
    </Page>
  );
}
