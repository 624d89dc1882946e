import { FIELDS, type Field } from './terms.ts';

/** What others call the fields. */
const OTHER_NAMES: Readonly<Record<string, Field>> = {
  client: 'address',
  code: 'status',
  duration: 'ms',
  host: 'address',
  ip: 'address',
  key: 'token',
  latency: 'ms',
  operation: 'endpoint',
  request: 'id',
  requestid: 'id',
  route: 'endpoint',
  size: 'out',
  tag: 'endpoint',
  time: 'ms',
  ua: 'agent',
  uri: 'path',
  url: 'path',
  useragent: 'agent',
  verb: 'method',
};

/** The message about a field that there is none of, with the one that was probably meant. */
export function noSuchField(name: string): string {
  const wanted = name.toLowerCase().replace(/[-_]/g, '');
  const close =
    OTHER_NAMES[wanted] ??
    FIELDS.find((field) => wanted.length > 1 && (field.startsWith(wanted) || wanted.startsWith(field))) ??
    FIELDS.find((field) => field.length > 3 && isOneEditAway(wanted, field));
  return close === undefined
    ? `there is no field "${name}"; there are ${FIELDS.join(', ')}. In quotes, it is searched as a text`
    : `there is no field "${name}"; did you mean ${close}?`;
}

/** Does a letter too many, one missing, a wrong one or two that changed places part them? */
function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const [restA, restB] = [a.slice(start, endA), b.slice(start, endB)];
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}
