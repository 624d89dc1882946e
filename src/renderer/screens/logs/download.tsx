import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck } from '@tabler/icons-react';
import type { LogFilter } from '../../../features/logs/contract.ts';
import { client } from '../../api.ts';
import { notifyError } from '../../ui/error-notice.tsx';
import { counted } from '../../ui/format.ts';
import { fileTime, saveFile } from '../../ui/save-file.ts';
import { bytes } from './bytes.ts';

type Format = 'ndjson' | 'csv';

const formats: Record<Format, { type: string; ending: string; headerLines: number }> = {
  ndjson: { type: 'application/x-ndjson', ending: 'ndjson', headerLines: 0 },
  csv: { type: 'text/csv', ending: 'csv', headerLines: 1 },
};

const SHOW_EVERY_MS = 250;
/** Text beyond this is handed to the browser, which keeps blobs out of the page's memory. */
const PART_CHARACTERS = 4_000_000;

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** Downloads a filter's rows as a file. It goes on while other screens are visited, and can be cancelled. */
export async function downloadLog(filter: LogFilter, format: Format): Promise<void> {
  const { type, ending, headerLines } = formats[format];
  const name = `gatehouse-log-${fileTime(new Date())}.${ending}`;
  const stop = new AbortController();
  let [size, lines, shownAt] = [0, -headerLines, 0];
  const message = () => (
    <Group justify="space-between" wrap="nowrap">
      <span className="tabular">
        {counted(Math.max(0, lines), 'request')}, {bytes(size)}
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
    for await (const text of await client.logs.download({ filter, format }, { signal: stop.signal })) {
      lines += linesIn(text);
      part.push(text);
      partLength += text.length;
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
  // A server that ends an aborted stream in good order gives no error.
  if (stop.signal.aborted) {
    notifications.hide(id);
    return;
  }
  closePart();
  saveFile(name, new Blob(blobs, { type }));
  notifications.update({
    id,
    title: 'The log is downloaded',
    message: `${counted(Math.max(0, lines), 'request')}, ${bytes(size)}, as ${name}`,
    icon: <IconCheck size={16} />,
    loading: false,
    autoClose: 6_000,
    withCloseButton: true,
  });
}
