import type { Token } from '../../features/tokens/contract.ts';

/** What commands print of a token as JSON. */
export const listed = (token: Token) => ({
  id: token.id,
  name: token.name,
  user: token.user,
  scope: token.scope,
  endpoints: token.endpoints,
  restrictions: token.restrictions,
  status: token.status,
  note: token.note,
  createdAt: token.createdAt,
  lastUsedAt: token.lastUsedAt,
  lastAddress: token.lastAddress,
  expiresAt: token.expiresAt,
  secrets: token.secrets,
});
