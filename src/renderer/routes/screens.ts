import {
  IconActivity,
  IconGauge,
  IconHistory,
  IconKey,
  IconListDetails,
  IconSettings,
  IconWorldPin,
} from '@tabler/icons-react';
import { paths } from './paths.ts';

/**
 * The tabs, in the documentation's order and with its names; Audit and Settings follow. `ofReview`: is there too where
 * files are shown in place of an instance.
 */
export const screens = [
  {
    path: paths.tokens(),
    label: 'API Tokens',
    icon: IconKey,
    about: 'Generate, find, switch off, revoke',
    ofReview: false,
  },
  {
    path: paths.usage(),
    label: 'Usage Analytics',
    icon: IconActivity,
    about: 'Volume, endpoints, success',
    ofReview: true,
  },
  {
    path: paths.limits(),
    label: 'Rate Limits',
    icon: IconGauge,
    about: 'Defaults, ceiling, per token',
    ofReview: false,
  },
  {
    path: paths.ipRules(),
    label: 'IP Restrictions',
    icon: IconWorldPin,
    about: 'Who may call, from where',
    ofReview: false,
  },
  {
    path: paths.logs(),
    label: 'API Logs',
    icon: IconListDetails,
    about: 'Every request and its decision',
    ofReview: true,
  },
  {
    path: paths.audit(),
    label: 'Audit',
    icon: IconHistory,
    about: 'Who changed or exported what',
    ofReview: false,
  },
  {
    path: '/settings',
    label: 'Settings',
    icon: IconSettings,
    about: 'Directory, gateway, about',
    ofReview: false,
  },
] as const;
