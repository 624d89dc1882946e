import { useQuery } from '@tanstack/react-query';
import type { Restrictions } from '../../../base/shapes.ts';
import type { Token } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { Facts } from '../../ui/facts.tsx';
import { exactTime } from '../../ui/format.ts';
import { TokenStatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Expiry } from './expiry.tsx';
import { scopes } from './scope-word.tsx';
import classes from './tokens.module.css';
import { usePlaceNames } from './use-place-names.ts';

const kinds: [keyof Restrictions, string][] = [
  ['businessUnits', 'Business units'],
  ['locations', 'Locations'],
  ['userGroups', 'User groups'],
];

/** What a token is and may do. */
export function TokenFacts({ token }: { token: Token }) {
  const nameOf = usePlaceNames();
  const upstream = useQuery(api.upstream.get.queryOptions());
  const scope = scopes[token.scope];
  const narrowed = kinds.filter(([kind]) => token.restrictions[kind].length > 0);
  return (
    <Facts>
      <dt>Status</dt>
      <dd>
        <TokenStatusBadge status={token.status} />
        {token.revokedAt !== null && (
          <>
            {' '}
            <Time at={token.revokedAt} />
          </>
        )}
      </dd>
      <dt>Associated user</dt>
      <dd>
        {token.userName} <span className="dimmed">{token.user}</span>
        {!token.userActive && <div className="dimmed">Deactivated, so this token is refused.</div>}
      </dd>
      <dt>Scope</dt>
      <dd>
        {scope.word} <span className="dimmed">· {scope.meaning}</span>
      </dd>
      {token.endpoints.length > 0 && (
        <>
          <dt>Endpoints</dt>
          <dd>
            <ul className={classes.list}>
              {token.endpoints.map((grant) => (
                <li key={`${grant.kind} ${grant.target}`} className={classes.line}>
                  <span>
                    <span className="mono">{grant.target}</span>
                    {grant.kind === 'tag' && <span className="dimmed"> (all of them)</span>}
                  </span>
                  <span className="dimmed">{grant.access === 'write' ? 'read and write' : 'read'}</span>
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
      <dt>Restricted to</dt>
      <dd>
        {narrowed.length === 0 ? (
          <span className="dimmed">nothing: all units, locations and groups</span>
        ) : (
          narrowed.map(([kind, label]) => (
            <div key={kind}>
              <span className="dimmed">{label}:</span> {token.restrictions[kind].map(nameOf).join(', ')}
            </div>
          ))
        )}
        {narrowed.length > 0 && upstream.data?.catalogue.kind === 'proxied' && (
          <div className="dimmed" role="note">
            This instance passes requests on to {upstream.data.catalogue.url}: the gateway tells it these
            restrictions, enforcing them is its task.
          </div>
        )}
      </dd>
      <dt>Secret begins with</dt>
      <dd>
        {token.prefix === '' ? (
          <span className="dimmed">none: its key was retired; rotate it</span>
        ) : (
          <Copyable value={token.prefix} what="prefix" />
        )}
      </dd>
      <dt>Created</dt>
      <dd>
        <Time at={token.createdAt} /> <span className="dimmed">by {token.createdBy}</span>
      </dd>
      <dt>Last used</dt>
      <dd>
        <Time at={token.lastUsedAt} />
        {token.lastAddress !== null && (
          <>
            <span className="dimmed"> from </span>
            <Copyable value={token.lastAddress} what="address" />
          </>
        )}
      </dd>
      <dt>Expires</dt>
      <dd>
        <Expiry token={token} />
        {token.expiresAt !== null && <div className="dimmed">{exactTime(token.expiresAt)}</div>}
      </dd>
      <dt>Id</dt>
      <dd>
        <Copyable value={token.id} what="id" />
      </dd>
    </Facts>
  );
}
