import { Spotlight, spotlight } from '@mantine/spotlight';
import { IconKey, IconPlus, IconSearch, IconTestPipe } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../api.ts';
import { useTopEscape } from '../ui/use-top-escape.ts';
import { paths } from './paths.ts';
import { screens } from './screens.ts';
import { useTestRequest } from './use-test-request.ts';

const SHOWN_TOKENS = 8;

export const openSearch = (): void => spotlight.open();

/** Ctrl/Cmd-K: jump to a screen or to a token by name, user or prefix. */
export function Search() {
  const navigate = useNavigate();
  const { open: openTest } = useTestRequest();
  const [open, setOpen] = useState(false);
  useTopEscape(open, spotlight.close);
  const jumped = useRef(false);
  const jump = (to: string) => {
    jumped.current = true;
    void navigate(to);
  };
  const [words, setWords] = useState('');
  const search = words.trim();
  const tokens = useQuery({
    ...api.tokens.list.queryOptions({
      input: { limit: SHOWN_TOKENS, sort: 'lastUsedAt', ...(search === '' ? {} : { search }) },
    }),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const matches = (text: string) => text.toLowerCase().includes(search.toLowerCase());
  const shownScreens = screens.filter(({ label, about }) => matches(label) || matches(about));
  const found = tokens.data?.items ?? [];
  const actions = [
    {
      label: 'Generate New Token',
      description: 'For an integration that needs access',
      icon: IconPlus,
      act: () => jump(paths.tokens({ generate: true })),
    },
    {
      label: 'Test a request',
      description: 'What the gateway would decide; nothing is sent',
      icon: IconTestPipe,
      act: () => {
        jumped.current = true;
        openTest();
      },
    },
  ].filter(({ label }) => matches(label));
  return (
    <Spotlight.Root
      query={words}
      onQueryChange={setWords}
      onSpotlightOpen={() => {
        jumped.current = false;
        setOpen(true);
      }}
      onSpotlightClose={() => setOpen(false)}
      // Where one went, not where one came from; a dialog that opened there has its own place for the focus.
      onExitTransitionEnd={() =>
        requestAnimationFrame(() => {
          if (jumped.current && !document.activeElement?.closest('[role="dialog"]'))
            document.querySelector('main')?.focus({ preventScroll: true });
        })
      }
      shortcut="mod + K"
      scrollable
      maxHeight={420}
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      <Spotlight.Search
        placeholder="Jump to a screen or a token"
        aria-label="Jump to a screen or a token"
        leftSection={<IconSearch size={16} />}
      />
      <Spotlight.ActionsList>
        {found.length > 0 && (
          <Spotlight.ActionsGroup label="Tokens">
            {found.map((token) => (
              <Spotlight.Action
                key={token.id}
                label={token.name}
                description={`${token.user} · ${token.prefix}… · ${token.status}`}
                leftSection={<IconKey size={16} />}
                onClick={() => jump(paths.tokens({ token: token.id }))}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        <Spotlight.ActionsGroup label="Screens">
          {shownScreens.map(({ path, label, about, icon: Icon }) => (
            <Spotlight.Action
              key={path}
              label={label}
              description={about}
              leftSection={<Icon size={16} />}
              onClick={() => jump(path)}
            />
          ))}
          {actions.map(({ label, description, icon: Icon, act }) => (
            <Spotlight.Action
              key={label}
              label={label}
              description={description}
              leftSection={<Icon size={16} />}
              onClick={act}
            />
          ))}
        </Spotlight.ActionsGroup>
        {found.length + shownScreens.length + actions.length === 0 && (
          <Spotlight.Empty>Nothing is named like that. Try a token’s name, user or prefix.</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
