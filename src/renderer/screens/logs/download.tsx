import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck } from '@tabler/icons-react';
import type { ExportFormat, LogFilter, LogManifest } from '../../../features/logs/contract.ts';
import { client } from '../../api.ts';
import { notifyError } from '../../ui/error-notice.tsx';
import { counted } from '../../ui/format.ts';
import { fileTime, saveFile } from '../../ui/save-file.ts';
import { bytes } from './bytes.ts';

const types: Record<ExportFormat, string> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  har: 'application/json',
};

const SHOW_EVERY_MS = 250;
/** Text beyond this is handed to the browser, which keeps blobs out of the page's memory. */
const PART_CHARACTERS = 4_000_000;

/** Downloads a filter's rows as a file. It goes on while other screens are visited, and can be cancelled. */
export async function downloadLog(filter: LogFilter, format: ExportFormat): Promise<void> {
  const name = `gatehouse-log-${fileTime(new Date())}.${format}`;
  const stop = new AbortController();
  let [size, rows, shownAt] = [0, 0, 0];
  let manifest: LogManifest | null = null;
  const message = () => (
    <Group justify="space-between" wrap="nowrap">
      <span className="tabular">
        {counted(rows, 'request')}, {bytes(size)}
      </span>
      <Button size="compact-sm" variant="default" onClick={() => stop.abort()}>
        Cancel
      </Button>
    </Group>
  );
  const going = {
    title: 'Downloading the log',
    loading: true,
    autoClose: false,
    withCloseButton: false,
  } as const;
  const id = notifications.show({ ...going, message: message() });
  const blobs: Blob[] = [];
  let part: string[] = [];
  let partLength = 0;
  const closePart = () => {
    blobs.push(new Blob(part));
    size += blobs.at(-1)?.size ?? 0;
    [part, partLength] = [[], 0];
  };
  try {
    for await (const piece of await client.logs.download({ filter, format }, { signal: stop.signal })) {
      if ('manifest' in piece) {
        manifest = piece.manifest;
        continue;
      }
      rows += piece.rows;
      part.push(piece.text);
      partLength += piece.text.length;
      if (partLength > PART_CHARACTERS || Date.now() - shownAt > SHOW_EVERY_MS) closePart();
      if (Date.now() - shownAt > SHOW_EVERY_MS) {
        shownAt = Date.now();
        notifications.update({ ...going, id, message: message() });
      }
    }
  } catch (error) {
    notifications.hide(id);
    if (!stop.signal.aborted) notifyError(error, 'download the log');
    return;
  }
  // A server that ends an aborted stream in good order gives no error; and without its manifest a file is not whole.
  if (stop.signal.aborted || manifest === null) {
    notifications.hide(id);
    if (!stop.signal.aborted) notifyError(new Error('it ended before it was whole'), 'download the log');
    return;
  }
  closePart();
  saveFile(name, new Blob(blobs, { type: types[format] }));
  const beside = new Blob([`${JSON.stringify(manifest, null, 2)}\n`], { type: 'application/json' });
  notifications.update({
    id,
    title: 'The log is downloaded',
    message: (
      <Stack gap="xs" align="flex-start">
        <span>
          {counted(rows, 'request')}, {bytes(size)}, as {name}
        </span>
        <Button
          size="compact-sm"
          variant="default"
          title="What the file is, its SHA-256 and the end of the audit log"
          onClick={() => saveFile(`${name}.manifest.json`, beside)}
        >
          Save its manifest
        </Button>
      </Stack>
    ),
    icon: <IconCheck size={16} />,
    loading: false,
    autoClose: 20_000,
    withCloseButton: true,
  });
}
