import { createHashRouter, Navigate } from 'react-router';
import { paths } from './paths.ts';
import { RouteError } from './route-error.tsx';
import { Shell } from './shell.tsx';

/** Each screen's own files come when it is first visited, or when there is nothing else to do. */
const screens = {
  tokens: async () => (await import('../screens/tokens/index.tsx')).TokensScreen,
  usage: async () => (await import('../screens/usage/index.tsx')).UsageScreen,
  limits: async () => (await import('../screens/limits/index.tsx')).LimitsScreen,
  'ip-restrictions': async () => (await import('../screens/ip-rules/index.tsx')).IpRulesScreen,
  logs: async () => (await import('../screens/logs/index.tsx')).LogsScreen,
  audit: async () => (await import('../screens/audit/index.tsx')).AuditScreen,
  'settings/:section?': async () => (await import('../screens/settings/index.tsx')).SettingsScreen,
  welcome: async () => (await import('../screens/welcome/index.tsx')).WelcomeScreen,
};

// Hash routes: the same built page works under app://, file-like origins and http.
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
          ...Object.entries(screens).map(([path, load]) => ({
            path,
            lazy: async () => ({ Component: await load() }),
          })),
          { path: '*', element: <Navigate replace to={paths.tokens()} /> },
        ],
      },
    ],
  },
]);

/** Fetches the other screens' files while the window is idle, so that they open at once, whatever the server does. */
export function preloadScreens(): void {
  const rest = Object.values(screens);
  const next = (): void => {
    const load = rest.shift();
    // A failure is the visit's to report.
    if (load !== undefined)
      void load().then(
        () => requestIdleCallback(next),
        () => undefined,
      );
  };
  requestIdleCallback(next, { timeout: 5_000 });
}
