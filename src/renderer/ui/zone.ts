/** Where times are shown: the viewer's own zone, or UTC. */
export type Zone = 'local' | 'utc';

const localName = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** As "Europe/Berlin"; "UTC". */
export const zoneName = (zone: Zone): string => (zone === 'utc' ? 'UTC' : localName);

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zoneName(zone) });
    formats.set(key, format);
  }
  return format;
}

const minute = { hour: '2-digit', minute: '2-digit' } as const;
const day = { day: 'numeric', month: 'short' } as const;

/** "14:05" */
export const clockTime = (time: Date, zone: Zone): string => formatIn(zone, minute).format(time);

/** "14:05:09" */
export const secondsTime = (time: Date, zone: Zone): string =>
  formatIn(zone, { ...minute, second: '2-digit' }).format(time);

/** "14:05:09.120" */
export const preciseTime = (time: Date, zone: Zone): string =>
  formatIn(zone, { ...minute, second: '2-digit', fractionalSecondDigits: 3 }).format(time);

/** "24 Nov" */
export const shortDay = (time: Date, zone: Zone): string => formatIn(zone, day).format(time);

/** "Tue 24 Nov 2026" */
export const longDay = (time: Date, zone: Zone): string =>
  formatIn(zone, { weekday: 'short', ...day, year: 'numeric' })
    .format(time)
    .replace(',', '');

/** "14:05", or as exactly as it takes: "14:05:09", "14:05:09.120" */
export const shortestTime = (time: Date, zone: Zone): string =>
  (time.getTime() % 1_000 !== 0 ? preciseTime : time.getTime() % 60_000 !== 0 ? secondsTime : clockTime)(
    time,
    zone,
  );

/** "24 Nov 2026, 14:05" */
export const dayAndTime = (time: Date, zone: Zone): string =>
  `${formatIn(zone, { ...day, year: 'numeric' }).format(time)}, ${shortestTime(time, zone)}`;

/** How far `zone` is ahead of UTC at `time`, in milliseconds. */
export function zoneOffset(time: number, zone: Zone): number {
  return zone === 'utc' ? 0 : -new Date(time).getTimezoneOffset() * 60_000;
}

/** "24 Nov 2026, 14:05:09" */
export const dayAndSeconds = (time: Date, zone: Zone): string =>
  `${formatIn(zone, { ...day, year: 'numeric' }).format(time)}, ${secondsTime(time, zone)}`;

/** "Tue 24 Nov 2026, 14:05:09.120 GMT+1" */
export const exactInstant = (time: Date, zone: Zone): string =>
  `${longDay(time, zone)}, ${formatIn(zone, { ...minute, second: '2-digit', fractionalSecondDigits: 3, timeZoneName: 'short' }).format(time)}`;
