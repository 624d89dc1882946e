import { ActionIcon, Group, SegmentedControl, Tooltip } from '@mantine/core';
import { IconChartBar, IconDownload, IconTable } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Panel } from '../ui/page.tsx';
import { saveFile } from '../ui/save-file.ts';
import classes from './charts.module.css';
import { type ChartData, toCsv } from './csv.ts';

interface ChartPanelProps {
  title: string;
  about?: ReactNode;
  /** Above the chart, also above its table. */
  legend?: ReactNode;
  chart: ReactNode;
  /** The same numbers as a table, for those who would rather read than look. */
  table: ReactNode;
  /** The same numbers for a spreadsheet. */
  csv: ChartData;
  /** The file's name without its ending. */
  fileName: string;
  /** The figures on screen are the last ones; new ones are on their way. */
  refreshing: boolean;
}

const view = (icon: ReactNode, word: string) => (
  <span className={classes.view}>
    {icon}
    {word}
  </span>
);

/** A chart with its two other forms: a table, and a CSV file. */
export function ChartPanel({
  title,
  about,
  legend,
  chart,
  table,
  csv,
  fileName,
  refreshing,
}: ChartPanelProps) {
  const [shown, setShown] = useState('chart');
  return (
    <Panel
      title={title}
      about={about}
      actions={
        <Group gap={4} wrap="nowrap">
          <SegmentedControl
            aria-label={`Show ${title} as`}
            value={shown}
            onChange={setShown}
            data={[
              { value: 'chart', label: view(<IconChartBar size={13} aria-hidden />, 'Chart') },
              { value: 'table', label: view(<IconTable size={13} aria-hidden />, 'Table') },
            ]}
          />
          <DownloadCsv title={title} fileName={fileName} csv={csv} />
        </Group>
      }
    >
      {legend}
      <div className={classes.body} data-refreshing={refreshing || undefined}>
        {shown === 'chart' ? <div className={classes.canvas}>{chart}</div> : table}
      </div>
    </Panel>
  );
}

/** The button that gives a chart's or a list's numbers as a CSV file. */
export function DownloadCsv({ title, fileName, csv }: { title: string; fileName: string; csv: ChartData }) {
  const label = `Download ${title} as CSV`;
  return (
    <Tooltip label="Download as CSV">
      <ActionIcon
        aria-label={label}
        onClick={() => saveFile(`${fileName}.csv`, new Blob([toCsv(csv)], { type: 'text/csv' }))}
      >
        <IconDownload size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
