import { expect, test } from 'vitest';
import { unrestricted } from '../../../base/shapes.ts';
import type { Token } from '../../../features/tokens/contract.ts';
import { draft as draftShape } from '../../../gateway/rehearsal/contract.ts';
import { editRehearsed } from './rehearsed.ts';

const token = { id: '01a212c9-211c-760c-8214-0229d7037f29', name: 'Payroll' } as Token;

test('a name or a note has nothing to rehearse, nor has a form that may not be saved', () => {
  expect(editRehearsed(token, { name: 'New', note: '' }, true)).toBeNull();
  expect(editRehearsed(token, { scope: 'limited', endpoints: [] }, false)).toBeNull();
});

test('what the form changes is a draft that the gateway takes, without an endpoint list where none counts', () => {
  const full = editRehearsed(token, { scope: 'full', endpoints: [], expiresAt: null, name: 'New' }, true);
  expect(full?.draft.tokens).toEqual([{ tokenId: token.id, scope: 'full', expiresAt: null }]);
  expect(full?.words).toBe('Payroll has the scope, expiry of the form.');
  const endpoints = [{ kind: 'tag' as const, target: 'shifts', access: 'read' as const }];
  const limited = editRehearsed(token, { scope: 'limited', endpoints, restrictions: unrestricted }, true);
  for (const each of [full, limited]) expect(draftShape.safeParse(each?.draft).success).toBe(true);
  expect(limited?.draft.tokens?.[0]).toMatchObject({ endpoints });
});
