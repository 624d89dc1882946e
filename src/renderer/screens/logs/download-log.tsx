import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload, IconFileText, IconTable, IconWorld } from '@tabler/icons-react';
import type { LogFilter } from '../../../features/logs/contract.ts';
import { downloadLog } from './download.tsx';

/** Downloads what the filters let through, not only what has been scrolled to. */
export function DownloadLog({ filter, disabled }: { filter: LogFilter; disabled: boolean }) {
  return (
    <Menu width={300}>
      <Menu.Target>
        <Button
          variant="default"
          disabled={disabled}
          leftSection={<IconDownload size={15} />}
          rightSection={<IconChevronDown size={14} />}
        >
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Everything these filters let through, oldest first</Menu.Label>
        <Menu.Item
          leftSection={<IconFileText size={15} />}
          onClick={() => void downloadLog(filter, 'ndjson')}
        >
          NDJSON: every detail, a line a request
        </Menu.Item>
        <Menu.Item leftSection={<IconTable size={15} />} onClick={() => void downloadLog(filter, 'csv')}>
          CSV: for a spreadsheet
        </Menu.Item>
        <Menu.Item leftSection={<IconWorld size={15} />} onClick={() => void downloadLog(filter, 'har')}>
          HAR 1.2: for tools that read HTTP
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
