import { addScheme, schemeOf } from './addresses.ts';

type Handler = (request: Request) => Response | Promise<Response>;
type Answer = (granted: boolean) => void;
/** Of what Electron tells about the frame that asks. */
type Details = { requestingUrl: string; isMainFrame: boolean };
type Check = (contents: unknown, permission: string, origin: string, details: Details) => boolean;
type Ask = (contents: unknown, permission: string, answer: Answer, details: Details) => void;

/** Chromium's names for what a page may ask for, by Electron's. */
const permissions: Record<string, string> = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  media: 'audioCapture',
  midi: 'midi',
  'clipboard-read': 'clipboardReadWrite',
  'clipboard-sanitized-write': 'clipboardSanitizedWrite',
};

class SchemeHandlers {
  readonly #handlers = new Map<string, Handler>();
  handle(scheme: string, handler: Handler): void {
    this.#handlers.set(scheme, handler);
  }
  unhandle(scheme: string): void {
    this.#handlers.delete(scheme);
  }
  isProtocolHandled(scheme: string): boolean {
    return this.#handlers.has(scheme);
  }
  async answer(scheme: string, request: Request): Promise<Response> {
    const handler = this.#handlers.get(scheme);
    return handler ? handler(request) : new Response(null, { status: 404 });
  }
}

class Session {
  readonly protocol = new SchemeHandlers();
  #check: Check | null = null;
  #request: Ask | null = null;

  setPermissionCheckHandler(handler: Check | null): void {
    this.#check = handler;
  }
  setPermissionRequestHandler(handler: Ask | null): void {
    this.#request = handler;
  }

  /** The app's handlers, for a test to ask them; Electron keeps them to itself. */
  permissionHandlers() {
    return { check: this.#check, request: this.#request };
  }

  /** Asks as a page of the app would, past the page. */
  async fetch(url: string, init?: RequestInit): Promise<Response> {
    return this.protocol.answer(schemeOf(url) ?? '', new Request(url, init));
  }

  /** Asks the app for every permission at once; Electron asks when the page does. */
  async granted(contents: unknown, origin: string): Promise<string[]> {
    const all = Object.entries(permissions).map(async ([name, type]) => {
      const details = { requestingUrl: origin, isMainFrame: true };
      const checked = this.#check?.(contents, name, origin, details) ?? true;
      const handler = this.#request;
      const asked = handler
        ? await new Promise<boolean>((resolve) => handler(contents, name, resolve, details))
        : true;
      return checked && asked ? [type] : [];
    });
    return (await Promise.all(all)).flat();
  }
}

export const defaultSession = new Session();
export const session = { defaultSession };

export const protocol = Object.assign(defaultSession.protocol, {
  registerSchemesAsPrivileged(
    schemes: { scheme: string; privileges: { standard?: boolean; secure?: boolean } }[],
  ) {
    for (const { scheme, privileges } of schemes) {
      if (!privileges.standard || !privileges.secure)
        throw new Error(`the stand-in serves ${scheme}: only as a standard, secure scheme`);
      addScheme(scheme);
    }
  },
});
