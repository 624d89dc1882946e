import { z } from 'zod';

const LENGTHS: Record<string, string> = { string: 'characters', array: 'entries', set: 'entries' };
const FORMATS: Record<string, string> = { uuid: 'an id (a UUID)', email: 'an e-mail address' };

/** What a field that does not fit its schema is told: the bound, in words that need no knowledge of the schema. */
function issueText(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'too_small':
      if (issue.minimum === 1 && issue.origin in LENGTHS) return 'must not be empty';
      return `must ${bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'invalid_format':
      return issue.format in FORMATS ? `must be ${FORMATS[issue.format]}` : undefined;
    case 'invalid_type':
      if (issue.input === undefined) return 'is required';
      return `must be ${article(issue.expected === 'int' ? 'whole number' : issue.expected)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    default:
      return undefined;
  }
}

const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

const bound = (origin: string, than: string, limit: number | bigint): string =>
  origin in LENGTHS ? `have ${than} ${limit} ${LENGTHS[origin]}` : `be ${than} ${limit}`;

z.config({ customError: issueText });
