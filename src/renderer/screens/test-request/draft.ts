import type { ExplainQuestion } from '../../../gateway/contract.ts';
import type { CredentialKind } from '../../routes/use-test-request.ts';
import { explain, faultOf, fieldIssue } from '../../ui/fault-texts.ts';

/** What stands in the fields. */
export interface Draft {
  kind: CredentialKind;
  tokenId: string | null;
  secret: string;
  address: string;
  method: string;
  path: string;
}

export type Field = 'token' | 'secret' | 'address' | 'method' | 'path';
export type Problems = Partial<Record<Field, string>>;

/** What is still to be filled in. */
export function missing({ kind, tokenId, secret, address, path }: Draft): Problems {
  return {
    ...(kind === 'token' && tokenId === null && { token: 'Pick a token, or test without one' }),
    ...(kind === 'secret' && secret.trim() === '' && { secret: 'Paste the secret' }),
    ...(address.trim() === '' && { address: 'Enter the address that it comes from' }),
    ...(path.trim() === '' && { path: 'Enter a path, as /v1/shifts' }),
  };
}

export function questionOf({ kind, tokenId, secret, address, method, path }: Draft): ExplainQuestion {
  const credential =
    kind === 'token'
      ? ({ kind, tokenId: tokenId ?? '' } as const)
      : kind === 'secret'
        ? ({ kind, secret: secret.trim() } as const)
        : ({ kind } as const);
  return { credential, address: address.trim(), method, path: path.trim() };
}

/** The refusal of a question, at the fields that it is about; empty where it is about none of them. */
export function refusedFields(error: unknown, kind: CredentialKind): Problems {
  const fault = faultOf(error);
  const problems: Problems = {};
  const say = (field: Field, text: string | null) => {
    if (text !== null) problems[field] = text;
  };
  const meaning = explain(error, 'test the request').meaning;
  if (fault?.code === 'id.unknown') say('token', 'This token is no longer there');
  for (const field of ['address', 'method', 'path'] as const)
    say(
      field,
      fault?.code === 'input.invalid' && fault.data.field === field ? meaning : fieldIssue(error, field),
    );
  if (kind !== 'none') say(kind, fieldIssue(error, 'credential'));
  return problems;
}
