import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { RouterProvider } from 'react-router/dom';
import { queryClient } from './query-client.ts';
import { ProtectedChange } from './routes/protected-change.tsx';
import { preloadScreens, router } from './routes/router.tsx';
import { SignedIn } from './screens/sign-in/index.tsx';
import { StepUp } from './screens/sign-in/step-up.tsx';
import { cssVariables, theme } from './theme.ts';

// The key that public/colour-scheme.js reads before the first paint.
const colourScheme = localStorageColorSchemeManager({ key: 'gatehouse.colour-scheme' });

export function App() {
  // After the first paint.
  useEffect(preloadScreens, []);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={colourScheme}
    >
      <QueryClientProvider client={queryClient}>
        <DatesProvider settings={{ firstDayOfWeek: 1 }}>
          <ModalsProvider>
            <Notifications position="bottom-right" limit={3} />
            <SignedIn>
              <RouterProvider router={router} />
            </SignedIn>
            <StepUp />
            <ProtectedChange />
          </ModalsProvider>
        </DatesProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
