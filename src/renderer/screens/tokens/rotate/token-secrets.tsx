import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Token } from '../../../../features/tokens/contract.ts';
import { Copyable } from '../../../ui/copyable.tsx';
import { DrawerSection } from '../../../ui/facts.tsx';
import { count, counted } from '../../../ui/format.ts';
import { useNow } from '../../../ui/now.ts';
import { Time } from '../../../ui/time.tsx';
import classes from '../tokens.module.css';

/** After a rotation: which of the two secrets is still in use. */
export function TokenSecrets({ token, onEndOverlap }: { token: Token; onEndOverlap: () => void }) {
  const now = useNow();
  const [current, old] = token.secrets;
  if (current === undefined || old?.validUntil == null) return null;
  const running = old.validUntil.getTime() > now && token.status !== 'revoked';
  const total = current.requests + old.requests;
  return (
    <DrawerSection aria-label="Secrets">
      <h3>
        Secrets
        {running && (
          <Anchor component="button" type="button" fz="sm" onClick={onEndOverlap}>
            End the overlap…
          </Anchor>
        )}
      </h3>
      <ul className={classes.list}>
        <Secret secret={current} total={total}>
          New, made <Time at={current.createdAt} />
        </Secret>
        <Secret secret={old} total={total}>
          Old, void <Time at={old.validUntil} />
        </Secret>
      </ul>
      {running && (
        <p className="dimmed" style={{ margin: '6px 0 0' }}>
          {old.requests === 0
            ? 'Nobody has used the old one since the rotation.'
            : 'Somebody still uses the old one: find the program before the overlap ends.'}
        </p>
      )}
    </DrawerSection>
  );
}

function Secret({
  secret,
  total,
  children,
}: {
  secret: Token['secrets'][number];
  /** Requests with both since the rotation. */
  total: number;
  children: ReactNode;
}) {
  const share = total === 0 ? null : `${count(Math.round((secret.requests / total) * 100))}%`;
  return (
    <li>
      <div className={classes.line}>
        <Copyable value={secret.prefix} what="prefix" />
        <span className="tabular">
          {counted(secret.requests, 'request')}
          {share !== null && <span className="dimmed"> · {share}</span>}
        </span>
      </div>
      <div className={`${classes.line} dimmed`}>
        <span>{children}</span>
        <span>
          {secret.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              used <Time at={secret.lastUsedAt} />
              {secret.lastAddress !== null && ` from ${secret.lastAddress}`}
            </>
          )}
        </span>
      </div>
    </li>
  );
}
