import { createHashRouter, Navigate } from 'react-router';
import { paths } from './paths.ts';
import { RouteError } from './route-error.tsx';
import { Shell } from './shell.tsx';

// Hash routes: the same built page works under app://, file-like origins and http. Screens load when visited.
export const router = createHashRouter([
  {
    element: <Shell />,
    errorElement: <RouteError />,
    HydrateFallback: () => null,
    children: [
      { index: true, element: <Navigate replace to={paths.tokens()} /> },
      {
        errorElement: <RouteError />,
        children: [
          {
            path: 'tokens',
            lazy: async () => ({ Component: (await import('../screens/tokens/index.tsx')).TokensScreen }),
          },
          {
            path: 'usage',
            lazy: async () => ({ Component: (await import('../screens/usage/index.tsx')).UsageScreen }),
          },
          {
            path: 'limits',
            lazy: async () => ({ Component: (await import('../screens/limits/index.tsx')).LimitsScreen }),
          },
          {
            path: 'ip-restrictions',
            lazy: async () => ({ Component: (await import('../screens/ip-rules/index.tsx')).IpRulesScreen }),
          },
          {
            path: 'logs',
            lazy: async () => ({ Component: (await import('../screens/logs/index.tsx')).LogsScreen }),
          },
          {
            path: 'settings/:section?',
            lazy: async () => ({ Component: (await import('../screens/settings/index.tsx')).SettingsScreen }),
          },
          {
            path: 'welcome',
            lazy: async () => ({ Component: (await import('../screens/welcome/index.tsx')).WelcomeScreen }),
          },
          { path: '*', element: <Navigate replace to={paths.tokens()} /> },
        ],
      },
    ],
  },
]);
