import { Page, PageHeader } from '../../ui/page.tsx';

/** Usage Analytics: how much a token, or all, is used, and how well. */
export function UsageScreen() {
  return (
    <Page>
      <PageHeader title="Usage Analytics" about="How often tokens are used, for what, and how well it goes." />
    </Page>
  );
}
