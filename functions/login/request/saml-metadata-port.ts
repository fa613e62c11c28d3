// The port to what SAML identity providers' metadata say, implemented in ../sign-on-saml/metadata/.
import type { Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { LocatedConnection, SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';

export interface KnownConnection {
  /** Its certificates and addresses are those that count now. No certificate: each of the document's own was revoked. */
  readonly connection: LocatedConnection;
  /** Certificates that are published and do not count: an administrator has not approved them, or has revoked them. */
  readonly withheld: Readonly<Record<'key-held' | 'key-revoked', readonly string[]>>;
}

export interface SamlMetadata {
  /**
   * The connection as it is in the document, with what the metadata at its `metadataUrl` add. `flushed`: of the rules in force;
   * metadata that were read under an earlier number do not count. Fails with `idp_unavailable`,
   * `sign_on_misconfigured` or `store_unavailable`.
   */
  find(
    connection: SamlConnection,
    flushed: number | undefined,
  ): Promise<Result<KnownConnection, SignOnFailure>>;
  /** The same after another reading, unless the last one has just been: the provider may have a new key. */
  findAnew(
    connection: SamlConnection,
    flushed: number | undefined,
  ): Promise<Result<KnownConnection, SignOnFailure>>;
}
