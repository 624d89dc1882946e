/**
 * Chromium alone knows no scheme of the app's. `app://console/x` is loaded as `https://console.app.localhost/x`,
 * whose requests never leave the process: each is answered by the app's protocol handler.
 */
const handled = new Set<string>();

export const addScheme = (scheme: string): void => void handled.add(scheme);

export const toWeb = (url: string): string => {
  const [, scheme = '', host = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  return handled.has(scheme) ? `https://${host}.${scheme}.localhost${rest}` : url;
};

export const fromWeb = (url: string): string => {
  const [, host = '', scheme = '', rest = ''] =
    /^https:\/\/([^/?#]+)\.([^./?#]+)\.localhost(.*)$/s.exec(url) ?? [];
  return handled.has(scheme) ? `${scheme}://${host}${rest}` : url;
};

/** The scheme, where it is one of the app's. */
export const schemeOf = (url: string): string | null => {
  const scheme = /^([^:]+):/.exec(url)?.[1] ?? '';
  return handled.has(scheme) ? scheme : null;
};
