import { Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Token } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { DrawerSection } from '../../ui/facts.tsx';
import { limitInWords } from '../limits/limit-words.ts';
import classes from './tokens.module.css';

/** The limits and the IP rules that this token is judged by. */
export function TokenProtection({ token }: { token: Token }) {
  return (
    <>
      <TokenLimits tokenId={token.id} />
      <TokenRules tokenId={token.id} />
    </>
  );
}

function TokenLimits({ tokenId }: { tokenId: string }) {
  const limits = useQuery(api.limits.show.queryOptions());
  const own = limits.data?.tokens.find((entry) => entry.tokenId === tokenId);
  return (
    <DrawerSection>
      <h3>
        Rate limit
        <Anchor fz="sm" component={Link} to={paths.limits({ token: tokenId })}>
          {own === undefined ? 'Set its own limit' : 'Change'}
        </Anchor>
      </h3>
      {limits.data === undefined ? (
        limits.isError ? (
          <span className="dimmed">The limits could not be read.</span>
        ) : (
          <Skeleton height={12} my={4} width="70%" />
        )
      ) : (
        <div>
          {limitInWords(own?.limit ?? limits.data.default)}{' '}
          <span className="dimmed">{own === undefined ? '(the default)' : '(its own)'}</span>
        </div>
      )}
    </DrawerSection>
  );
}

function TokenRules({ tokenId }: { tokenId: string }) {
  const rules = useQuery(api.ipRules.list.queryOptions());
  const own = rules.data?.filter((rule) => rule.tokens?.some((target) => target.id === tokenId)) ?? [];
  const all = rules.data?.filter((rule) => rule.tokens === null) ?? [];
  const judging = own.length > 0 ? own : all;
  return (
    <DrawerSection>
      <h3>
        IP restrictions
        <Anchor fz="sm" component={Link} to={paths.ipRules({ token: tokenId })}>
          Open
        </Anchor>
      </h3>
      {rules.data === undefined ? (
        rules.isError ? (
          <span className="dimmed">The IP rules could not be read.</span>
        ) : (
          <Skeleton height={12} my={4} width="60%" />
        )
      ) : judging.length === 0 ? (
        <span className="dimmed">None: any address may use this token.</span>
      ) : (
        <>
          <p className="dimmed" style={{ margin: '0 0 4px' }}>
            {own.length > 0
              ? 'Its own ranges; the ranges for all API access do not count for it.'
              : 'The ranges for all API access; it has none of its own.'}
          </p>
          <ul className={classes.list}>
            {judging.map((rule) => (
              <li key={rule.id} className={classes.line}>
                <span className="mono">{rule.range}</span>
                <span className="dimmed">{rule.label}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </DrawerSection>
  );
}
