import type { GatewayState } from './gateway-rows.ts';

/** The hold of a gateway on what one gateway alone may use: its journal's folder, and on SQLite the file. */
export interface GatewayHold {
  /** By which an instance with several gateways tells them apart; null: in a file there is one. */
  readonly identity: GatewayIdentity | null;
  /** Says in the database where the gateway listens; where there may be several, also how it stands, again and again. */
  announce(address: string, state: () => GatewayState): void | Promise<void>;
  release(): void | Promise<void>;
}

export interface GatewayIdentity {
  readonly id: string;
  readonly number: number;
}
