// What is kept of a SAML identity provider's metadata, so that an instance that starts need not wait for the provider, and
// people can sign in while its address does not answer. Public values only.
import * as z from 'zod';
import type { ConnectionId } from '../kernel/names.ts';
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';

const Time = z.iso.datetime().transform((text) => new Date(text));

const KeptCertificate = z.object({ pem: z.string(), thumbprint: z.string(), fingerprint: z.string() });

const GoodMetadata = z.object({
  readAt: Time,
  /** When it is read again. */
  dueAt: Time,
  validUntil: Time.optional(),
  certificates: z.array(KeptCertificate).min(1),
  /** Why a certificate of it was left out, each reason once. */
  leftOut: z.array(z.string()),
  ssoUrl: z.string().optional(),
  sloUrl: z.string().optional(),
  wantsSignedRequests: z.boolean(),
  /** When a certificate or an address was last another one than before. */
  changedAt: Time.optional(),
});
export type GoodMetadata = z.infer<typeof GoodMetadata>;

export const KeptMetadata = z.object({
  /** Address, entity id and the rest of what the metadata were read for: after a change of the document they do not count. */
  source: z.string(),
  /** The flush before which they were read; see Flushes. */
  flushed: z.number(),
  triedAt: Time,
  /** Why the last attempt failed. Absent: it did not. */
  fault: z.string().optional(),
  /** The last that could be used. */
  good: GoodMetadata.optional(),
});
export type KeptMetadata = z.infer<typeof KeptMetadata>;

export interface StoredMetadata {
  readonly kept: KeptMetadata | undefined;
  /** For `write`. Undefined: there is no row. */
  readonly version: string | undefined;
}

export interface MetadataStore {
  read(connection: ConnectionId): Promise<Result<StoredMetadata, StoreFault>>;
  /** `conflict`: another instance has written since `version` was read. */
  write(
    connection: ConnectionId,
    kept: KeptMetadata,
    version: string | undefined,
  ): Promise<Result<'written' | 'conflict', StoreFault>>;
}
