// The fields that providers of several kinds share, and the formats of their values.
import * as z from 'zod';
import { isEndpointUrl } from '../../kernel/endpoint-url.ts';
import { ProviderId } from '../../kernel/names.ts';
import { SIGNATURE_ALGORITHMS } from '../../kernel/signature-algorithms.ts';
import type { DocumentPath, PathFault } from '../values/document-fault.ts';
import { Limits } from '../values/provider-limits.ts';

const ENDPOINT_HELP = 'write an https URL (http only for this machine), without user, password or #fragment';
const MAX_URL_CHARACTERS = 255; // as RAM's own limit for an OIDC issuer
const MAX_CLAIM_NAME_CHARACTERS = 255;

export const Url = z.string().max(MAX_URL_CHARACTERS).refine(isEndpointUrl, ENDPOINT_HELP);
export const Audience = z.string().min(1).max(MAX_URL_CHARACTERS);
export const ClaimName = z.string().min(1).max(MAX_CLAIM_NAME_CHARACTERS);
export const Algorithms = z.array(z.enum(SIGNATURE_ALGORITHMS)).min(1);

export const PrivateNetwork = z
  .boolean()
  .default(false)
  .describe(
    'true allows an address in the private network of Stint. Otherwise Stint connects to public addresses only.',
  );

export const NewKeysRule = z
  .enum(['accept', 'hold'])
  .default('accept')
  .describe('hold: a key of the issuer counts only after stint keys approve.');

/** For addresses and audiences, which are compared whole. Used for documents only: see check-provider.ts. */
export const checkWhole = (path: DocumentPath, text: string | undefined): readonly PathFault[] =>
  text?.includes('*') ? [{ path, message: 'write it whole: * is no wildcard here' }] : [];

/** Fields of every kind. */
export const PROVIDER_FIELDS = { id: ProviderId, limits: Limits.prefault({}) } as const;

/** Fields of the kinds whose callers present a token that can be bound to a key. */
export const DPOP_FIELDS = {
  dpop: z
    .enum(['required', 'issuer-bound'])
    .optional()
    .describe(
      'required: Stint accepts tokens only with a DPoP proof (RFC 9449). issuer-bound: and the token must name the key.',
    ),
  dpopNonces: z
    .boolean()
    .default(false)
    .describe('A DPoP proof must contain a nonce of the last few minutes. The first answer brings one.'),
} as const;
