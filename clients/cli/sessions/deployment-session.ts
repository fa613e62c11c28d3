// What is kept of a sign-in on this machine. Revealed only where it is stored and where it is sent.
import * as z from 'zod';
import { Secret } from '../../../shared/kernel/secret.ts';

export interface Tokens {
  /** For vend's API; short-lived. */
  readonly access: Secret<string>;
  readonly accessEndsAt: Date;
  /** Good for one use: each brings the next. */
  readonly refresh: Secret<string>;
  /** When the sign-in ends whatever one does; undefined where the server does not say. */
  readonly endsAt: Date | undefined;
}

export interface DeploymentSession {
  readonly url: string;
  readonly tokens: Tokens;
}

export const StoredTokens = z.strictObject({
  access: z.string(),
  accessEndsAt: z.iso.datetime(),
  refresh: z.string(),
  endsAt: z.iso.datetime().optional(),
});
export type StoredTokens = z.infer<typeof StoredTokens>;

export const toStored = ({ access, accessEndsAt, refresh, endsAt }: Tokens): StoredTokens => ({
  access: access.reveal(),
  accessEndsAt: accessEndsAt.toISOString(),
  refresh: refresh.reveal(),
  ...(endsAt === undefined ? {} : { endsAt: endsAt.toISOString() }),
});

export const fromStored = ({ access, accessEndsAt, refresh, endsAt }: StoredTokens): Tokens => ({
  access: new Secret(access),
  accessEndsAt: new Date(accessEndsAt),
  refresh: new Secret(refresh),
  endsAt: endsAt === undefined ? undefined : new Date(endsAt),
});
