// The port for requests to identity providers, implemented in adapters/http/.
import type { Result } from '../kernel/result.ts';

export interface IdpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whether the host may have an address of a private network. */
  readonly privateNetwork: boolean;
  readonly deadlineMs: number;
}

export interface IdpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * `no-answer`: a connection, and no response that could be read. With the others the provider did not get the request.
 * `unreachable`: no connection. `tls`: no TLS, or a certificate that is not accepted. `address-refused`: not a public address,
 * and the connection allows no other.
 */
export type IdpFault = 'unreachable' | 'tls' | 'address-refused' | 'no-answer';

/** Follows no redirect, and connects to public addresses only, unless the request allows private ones. */
export type SendToIdp = (url: URL, request: IdpRequest) => Promise<Result<IdpAnswer, IdpFault>>;

/**
 * Why there is no document. `redirected`: the server named another address, to which nothing is sent; `status`: it answered with
 * another status than 200.
 */
export type UnfetchedDocument =
  | 'tls'
  | 'address-refused'
  | 'unreachable'
  | 'deadline'
  | 'unreadable'
  | 'redirected'
  | 'status'
  | 'too-large';

export interface FetchedDocument {
  readonly text: string;
  readonly cacheControl: string | undefined;
}

/** GETs a document of an identity provider. Follows no redirect, and connects to public addresses only, unless it may connect to private ones. */
export type FetchDocument = (
  url: URL,
  options: { readonly privateNetwork: boolean; readonly accept: string; readonly maxBytes: number },
) => Promise<Result<FetchedDocument, UnfetchedDocument>>;
