/** Where each screen lives, and how other screens link into it. The view's state is in the query string. */
export const paths = {
  tokens: (state: { token?: string; generate?: boolean; hygiene?: string } = {}) =>
    withQuery('/tokens', {
      token: state.token,
      generate: state.generate ? '1' : undefined,
      hygiene: state.hygiene,
    }),
  usage: (state: { token?: string } = {}) => withQuery('/usage', state),
  limits: (state: { token?: string } = {}) => withQuery('/limits', state),
  ipRules: (state: { token?: string } = {}) => withQuery('/ip-restrictions', state),
  logs: (
    state: {
      /** As base/log-query writes it. */
      q?: string;
      from?: string;
      to?: string;
      request?: string;
    } = {},
  ) => withQuery('/logs', state),
  settings: (
    section:
      | 'connections'
      | 'directory'
      | 'places'
      | 'tokens'
      | 'gateway'
      | 'retention'
      | 'admins'
      | 'about' = 'directory',
  ) => `/settings/${section}`,
  audit: (state: { subject?: string; entry?: string } = {}) => withQuery('/audit', state),
  welcome: () => '/welcome',
};

function withQuery(path: string, state: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) if (value !== undefined) query.set(key, value);
  return query.size === 0 ? path : `${path}?${query}`;
}
