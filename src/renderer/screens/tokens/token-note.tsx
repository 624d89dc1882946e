import { Text } from '@mantine/core';
import { DrawerSection } from '../../ui/facts.tsx';

/** What people wrote down about a token. */
export function TokenNote({ note }: { note: string }) {
  return (
    <DrawerSection>
      <h3>Note</h3>
      <Text {...(note === '' ? { c: 'dimmed' } : {})} style={{ whiteSpace: 'pre-wrap' }}>
        {note === '' ? 'No note. Say who runs the integration and whom to ask.' : note}
      </Text>
    </DrawerSection>
  );
}
