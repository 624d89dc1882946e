import { AsyncEntry, findCredentialsAsync } from '@napi-rs/keyring';

/** keytar's five functions, so that either package fits behind them (docs/decisions/0003). */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  /** @returns whether there was one */
  deletePassword(service: string, account: string): Promise<boolean>;
  findPassword(service: string): Promise<string | null>;
  findCredentials(service: string): Promise<{ account: string; password: string }[]>;
}

export interface OpenedKeychain {
  readonly keychain: Keychain;
  /** Why the system's cannot be used, and what is kept is kept for this run only, in memory; null: it is the system's. */
  readonly forThisRunOnly: string | null;
}

/** Pinned, since without a Secret Service the package would use the kernel's keys, which forget at reboot. */
const PINNED = { linux: { store: 'secret-service' } } as const;

const entry = (service: string, account: string) => new AsyncEntry(service, account, PINNED);

const system: Keychain = {
  getPassword: async (service, account) => (await entry(service, account).getPassword()) ?? null,
  setPassword: (service, account, password) => entry(service, account).setPassword(password),
  deletePassword: (service, account) => entry(service, account).deletePassword(),
  findPassword: async (service) => (await findCredentialsAsync(service))[0]?.password ?? null,
  findCredentials: async (service) =>
    (await findCredentialsAsync(service)).map(({ account, password }) => ({ account, password })),
};

/** Keeps nothing beyond this process. */
export function memoryKeychain(): Keychain {
  const kept = new Map<string, Map<string, string>>();
  const of = (service: string) => kept.get(service) ?? new Map<string, string>();
  return {
    getPassword: async (service, account) => of(service).get(account) ?? null,
    setPassword: async (service, account, password) => {
      kept.set(service, of(service).set(account, password));
    },
    deletePassword: async (service, account) => of(service).delete(account),
    findPassword: async (service) => of(service).values().next().value ?? null,
    findCredentials: async (service) =>
      [...of(service)].map(([account, password]) => ({ account, password })),
  };
}

/**
 * The system's keychain: on Linux the Secret Service, on macOS the Keychain, on Windows the Credential Manager. Where
 * there is none, or it cannot be unlocked, one in memory, and why.
 * @param service asked once whether it answers
 */
export async function openKeychain(service: string): Promise<OpenedKeychain> {
  try {
    await system.getPassword(service, 'probe');
    return { keychain: system, forThisRunOnly: null };
  } catch (thrown) {
    return { keychain: memoryKeychain(), forThisRunOnly: (thrown as Error).message };
  }
}

/**
 * As openKeychain, but opened when it is first asked: the system may want to have it unlocked, and who needs nothing of
 * it is not asked.
 */
export function keychainWhenAsked(service: string): {
  keychain: Keychain;
  opened(): Promise<OpenedKeychain>;
} {
  let opening: Promise<OpenedKeychain> | null = null;
  const opened = () => {
    opening ??= openKeychain(service);
    return opening;
  };
  const held = async () => (await opened()).keychain;
  return {
    opened,
    keychain: {
      getPassword: async (...args) => (await held()).getPassword(...args),
      setPassword: async (...args) => (await held()).setPassword(...args),
      deletePassword: async (...args) => (await held()).deletePassword(...args),
      findPassword: async (...args) => (await held()).findPassword(...args),
      findCredentials: async (...args) => (await held()).findCredentials(...args),
    },
  };
}
