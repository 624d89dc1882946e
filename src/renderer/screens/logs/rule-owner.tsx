import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { LogDetail } from '../../../features/logs/contract.ts';
import { paths } from '../../routes/paths.ts';
import classes from './drawer.module.css';

type Check = LogDetail['checks'][number];
type Owner = NonNullable<Check['owner']>;

const whose: Record<Owner, string> = {
  token: 'this token’s',
  user: 'user’s',
  default: 'default',
  instance: 'instance',
  all: 'all API access',
};

/** Where an admin changes the rule that a check went by. */
function editedAt(check: Check['check'], owner: Owner, token: string | null) {
  const own = owner === 'token' && token !== null ? { token } : {};
  if (check === 'limits') return { to: paths.limits(own), label: 'Rate Limits' };
  if (check === 'address') return { to: paths.ipRules(own), label: 'IP Restrictions' };
  if (owner === 'user') return { to: paths.settings('directory'), label: 'Directory' };
  if (owner === 'token' && token !== null) return { to: paths.tokens({ token }), label: 'Token' };
  return null;
}

interface RuleOwnerProps {
  check: Check['check'];
  owner: Owner;
  tokenId: string | null;
}

/** Whose rule a check went by, and the way to it. */
export function RuleOwner({ check, owner, tokenId }: RuleOwnerProps) {
  const place = editedAt(check, owner, tokenId);
  return (
    <span className={classes.owner}>
      rule: {whose[owner]}
      {place !== null && (
        <Anchor component={Link} to={place.to} underline="always" inherit>
          {place.label}
        </Anchor>
      )}
    </span>
  );
}
