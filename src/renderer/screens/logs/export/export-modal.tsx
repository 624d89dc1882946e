import { Button, Group, Modal, Radio, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import {
  type ExportFormat,
  exportFormat,
  type LogFilter,
  type LogOverview,
} from '../../../../features/logs/contract.ts';
import { counted } from '../../../ui/format.ts';
import { type Compression, compressions } from './blob-writer.ts';
import { runExport } from './run-export.tsx';

const formats: Record<ExportFormat, { name: string; about: string }> = {
  ndjson: { name: 'NDJSON', about: 'Every detail, a line of JSON a request. What Gatehouse opens again.' },
  csv: { name: 'CSV', about: 'The columns of the list, for a spreadsheet. No cell starts a formula.' },
  har: { name: 'HAR 1.2', about: 'Requests and answers, for tools that read HTTP.' },
};

const compressionWords: Record<Compression, string> = {
  none: 'Not compressed',
  gzip: 'gzip',
  zstd: 'zstd',
};

interface ExportModalProps {
  filter: LogFilter;
  overview: LogOverview | undefined;
  onClose: () => void;
}

/** Exports everything that the filters let through, not only what has been scrolled to. */
export function ExportModal({ filter, overview, onClose }: ExportModalProps) {
  const [format, setFormat] = useState<ExportFormat>('ndjson');
  const [compression, setCompression] = useState<Compression>('none');
  const total = overview?.complete ? overview.total : null;
  const start = () => {
    void runExport({ filter, format, compression, total });
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Export the log" size={480}>
      <Stack>
        <Text>
          {total === null
            ? 'Everything these filters let through, oldest first.'
            : `${counted(total, 'request')}: everything these filters let through, oldest first.`}
        </Text>
        <Radio.Group label="Format" value={format} onChange={(value) => setFormat(exportFormat.parse(value))}>
          <Stack gap={8} mt={4}>
            {exportFormat.options.map((one) => (
              <Radio
                key={one}
                value={one}
                label={formats[one].name}
                description={formats[one].about}
                {...(one === format && { 'data-autofocus': true })}
              />
            ))}
          </Stack>
        </Radio.Group>
        <SegmentedControl
          aria-label="Compression"
          value={compression}
          onChange={(value) => setCompression(compressions.find((one) => one === value) ?? 'none')}
          data={compressions.map((value) => ({ value, label: compressionWords[value] }))}
        />
        <Text c="dimmed" fz="xs">
          A manifest is saved beside the file: what it holds, how many rows, and its SHA-256. The export is
          noted in the audit log.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={start}>Export</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
