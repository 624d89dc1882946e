import { Table } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import type { RehearsalResult } from '../../../gateway/rehearsal/contract.ts';
import { pointWords, type TimePoints } from '../../charts/chart-options.ts';
import { ChartPanel } from '../../charts/chart-panel.tsx';
import { chartColours, outcomeColours } from '../../charts/palette.ts';
import { StackedChart } from '../../charts/stacked-chart.tsx';
import { perPoint } from '../../charts/time-axis.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { count, counted } from '../../ui/format.ts';
import classes from './rehearsal.module.css';

/** In the colours of what the requests would become. */
const parts = [
  { key: 'wouldDeny', word: 'Would be denied', of: 'denied', mark: 'var(--gh-denied)' },
  { key: 'wouldAllow', word: 'Would be let in', of: 'admitted', mark: 'var(--gh-admitted)' },
  { key: 'undecidable', word: 'Undecidable', of: null, mark: 'var(--mantine-color-dimmed)' },
] as const;

/** When the draft would have changed something. */
export function TimelinePanel({ result, fileName }: { result: RehearsalResult; fileName: string }) {
  const { minutes, points } = result.timeline;
  const timePoints: TimePoints = useMemo(
    () => ({ starts: points.map(({ start }) => start), end: result.to, zone: 'local' }),
    [points, result.to],
  );
  const series = useMemo(
    () =>
      parts.map(({ key, word, of }) => ({
        word,
        colours:
          of === null
            ? { light: chartColours.light.dimmed, dark: chartColours.dark.dimmed }
            : { light: outcomeColours.light[of], dark: outcomeColours.dark[of] },
        values: points.map((point) => point[key]),
      })),
    [points],
  );
  const requestsAt = useCallback(
    (index: number) => {
      const { letIn = 0, denied = 0 } = points[index]?.before ?? {};
      return letIn + denied;
    },
    [points],
  );
  const footer = useCallback(
    (index: number, total: number) => [`${count(total)} of ${counted(requestsAt(index), 'request')}`],
    [requestsAt],
  );
  const per = perPoint(minutes);
  const figures = (point: (typeof points)[number]) => [
    point.before.letIn,
    point.after.letIn,
    ...parts.map(({ key }) => point[key]),
  ];
  const columns = ['Requests', 'Let in then', 'Let in with the draft', ...parts.map(({ word }) => word)];
  return (
    <ChartPanel
      title="Changes over time"
      about={`Requests ${per} that would be decided otherwise`}
      legend={
        <ul className={classes.legend} aria-label="Changes">
          {parts.map(({ key, word, mark }) => (
            <li key={key}>
              <span className={classes.mark} style={{ background: mark }} aria-hidden />
              {word}
              <span className="dimmed tabular">{count(result[key])}</span>
            </li>
          ))}
        </ul>
      }
      chart={
        <StackedChart
          label={`Changed requests ${per}: ${parts.map(({ key, word }) => `${word} ${count(result[key])}`).join(', ')}. The table has every figure.`}
          points={timePoints}
          series={series}
          none="No change"
          footer={footer}
        />
      }
      table={
        <DataTable
          label={`Changed requests ${per}`}
          maxHeight="248px"
          minWidth={800}
          head={
            <>
              <Table.Th>Period</Table.Th>
              {columns.map((column) => (
                <Table.Th key={column} ta="right">
                  {column}
                </Table.Th>
              ))}
            </>
          }
        >
          {points.map((point, index) => (
            <Table.Tr key={point.start.getTime()}>
              <Table.Td>{pointWords(timePoints, index)}</Table.Td>
              {[requestsAt(index), ...figures(point)].map((value, at) => (
                <Table.Td key={columns[at]} ta="right">
                  {count(value)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </DataTable>
      }
      csv={{
        columns: ['Start (UTC)', ...columns],
        rows: points.map((point, index) => [point.start, requestsAt(index), ...figures(point)]),
      }}
      fileName={`timeline-${fileName}`}
      refreshing={false}
    />
  );
}
