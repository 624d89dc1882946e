/** What can be wrong with a file that is reviewed, and with a record in it: a stable code and its public text. */
export const REVIEW_PROBLEMS = {
  'line.too_long': 'longer than {mb} MiB; it is left out',
  'line.not_json': 'not a JSON object; it is left out',
  'line.damaged': 'damaged behind its first fields; what can be read of it is shown',
  'line.field': '{field} is {found}; it is left out',
  'line.columns': '{found} columns where the heading has {expected}; it is left out',
  'line.heading': 'not the heading of an exported CSV, or a damaged one',
  'line.quotes': 'a quotation mark that is not closed; it is left out',
  'line.not_access_log': 'not a line of an access log; it is left out',
  'line.not_utf8': 'bytes that are not UTF-8; they are shown as �',
  'file.unreadable': 'it cannot be read ({detail})',
  'file.empty': 'it is empty',
  'file.not_a_log': 'it is not a log that can be read here: {detail}',
  'file.cut': 'the compressed file ends before its end; what is before that is shown',
  'file.damaged': 'the compressed data is damaged from here on; what is before that is shown',
  'file.cut_har': 'the HAR ends before its end; what is before that is shown',
  'file.damaged_har': 'the HAR is damaged from here on; what is before that is shown',
  'file.bomb':
    'it unpacks to more than {ratio} times its size, which no log does; it is read no further than that',
  'file.no_room': 'there is no room to unpack it ({folder} has {free} MB left); it is read no further',
  'file.too_many_values': 'it has too many different {what} to be held; it is read no further',
} as const;

export type ReviewProblemCode = keyof typeof REVIEW_PROBLEMS;

export interface ReviewProblem {
  readonly code: ReviewProblemCode;
  /** Counted from 1; null: it is about the whole file. */
  readonly line: number | null;
  readonly data: Readonly<Record<string, string | number>>;
}

/** The problem as people read it, with its line in front. */
export function reviewProblemText({ code, line, data }: ReviewProblem): string {
  const text = REVIEW_PROBLEMS[code].replace(/\{(\w+)\}/g, (_, name: string) => String(data[name] ?? ''));
  return line === null ? text : `line ${line}: ${text}`;
}
