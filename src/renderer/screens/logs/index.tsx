import { Page, PageHeader } from '../../ui/page.tsx';

/** API Logs: every request that reached the gateway, newest first. */
export function LogsScreen() {
  return (
    <Page>
      <PageHeader title="API Logs" about="Every request that reached the gateway, and why it was answered so." />
    </Page>
  );
}
