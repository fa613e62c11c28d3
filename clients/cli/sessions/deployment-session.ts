// A session at one deployment: its tokens, and the form in which this machine stores them. Tokens are revealed only where
// they are stored and where they are sent.
import * as z from 'zod';
import { Secret } from '../../../shared/kernel/secret.ts';

export interface Tokens {
  /** For vend's API. It lasts for minutes. */
  readonly access: Secret<string>;
  readonly accessEndsAt: Date;
  /** Good for one use: each refresh gives the next one. */
  readonly refresh: Secret<string>;
  /** When the sign-in ends, however often it is refreshed; undefined where the server does not say. */
  readonly endsAt: Date | undefined;
}

export interface DeploymentSession {
  /** The deployment's, without a slash at its end. */
  readonly url: string;
  readonly tokens: Tokens;
  /** As in the sessions file. */
  readonly signIn?: string | undefined;
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
