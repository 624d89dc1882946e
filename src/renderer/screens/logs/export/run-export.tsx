import { Button, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck } from '@tabler/icons-react';
import type { ExportFormat, LogFilter, LogManifest } from '../../../../features/logs/contract.ts';
import { client } from '../../../api.ts';
import { notifyError } from '../../../ui/error-notice.tsx';
import { counted } from '../../../ui/format.ts';
import { fileTime, saveFile } from '../../../ui/save-file.ts';
import { bytes } from '../bytes.ts';
import { BlobWriter, type Compression } from './blob-writer.ts';
import { ExportGoing } from './export-going.tsx';
import { Rate } from './progress.ts';

const types: Record<ExportFormat, string> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  har: 'application/json',
};
const compressed: Record<Compression, { ending: string; type: string | null }> = {
  none: { ending: '', type: null },
  gzip: { ending: '.gz', type: 'application/gzip' },
  zstd: { ending: '.zst', type: 'application/zstd' },
};

const SHOW_EVERY_MS = 250;

export interface Export {
  filter: LogFilter;
  format: ExportFormat;
  compression: Compression;
  /** How many rows there are; null: they are not counted. */
  total: number | null;
}

/**
 * Exports a filter's rows as a file, and its manifest beside it. It goes on while other screens are visited; cancelled or
 * failed, it leaves no file, as the file is saved when it is whole.
 */
export async function runExport({ filter, format, compression, total }: Export): Promise<void> {
  const name = `gatehouse-log-${fileTime(new Date())}.${format}${compressed[compression].ending}`;
  const stop = new AbortController();
  const writer = new BlobWriter(compression);
  const rate = new Rate(performance.now());
  let [rows, ratedRows, shownAt] = [0, 0, performance.now()];
  let manifest: LogManifest | null = null;
  const message = () => (
    <ExportGoing
      rows={rows}
      total={total}
      size={writer.size}
      perSecond={rate.perSecond}
      onCancel={() => stop.abort()}
    />
  );
  const going = {
    title: 'Exporting the log',
    loading: true,
    autoClose: false,
    withCloseButton: false,
  } as const;
  const id = notifications.show({ ...going, message: message() });
  const giveUp = async (error: unknown) => {
    await writer.abort();
    notifications.hide(id);
    if (!stop.signal.aborted) notifyError(error, 'export the log');
  };
  try {
    for await (const piece of await client.logs.download({ filter, format }, { signal: stop.signal })) {
      if ('manifest' in piece) {
        manifest = piece.manifest;
        continue;
      }
      rows += piece.rows;
      await writer.write(piece.text);
      const now = performance.now();
      if (now - shownAt < SHOW_EVERY_MS) continue;
      rate.add(rows - ratedRows, now);
      [ratedRows, shownAt] = [rows, now];
      notifications.update({ ...going, id, message: message() });
    }
  } catch (error) {
    return giveUp(error);
  }
  // A server that ends an aborted stream in good order gives no error; and without its manifest a file is not whole.
  if (stop.signal.aborted || manifest === null) return giveUp(new Error('it ended before it was whole'));
  const file = await writer.close(compressed[compression].type ?? types[format]);
  const beside = new Blob([`${JSON.stringify(manifest, null, 2)}\n`], { type: 'application/json' });
  const saveManifest = () => saveFile(`${name}.manifest.json`, beside);
  saveFile(name, file);
  saveManifest();
  notifications.update({
    id,
    title: 'The log is exported',
    message: (
      <Stack gap="xs" align="flex-start">
        <span>
          {counted(rows, 'request')}, {bytes(file.size)}, as {name}, with its manifest beside it.
        </span>
        <Button
          size="compact-sm"
          variant="default"
          // A browser may ask before it saves a second file, and be told no.
          title="What the file is, how many rows it has, and its SHA-256"
          onClick={saveManifest}
        >
          Save the manifest again
        </Button>
      </Stack>
    ),
    icon: <IconCheck size={16} />,
    loading: false,
    autoClose: 20_000,
    withCloseButton: true,
  });
}
