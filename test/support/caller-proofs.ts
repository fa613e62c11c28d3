// Proofs of callers by Alibaba Cloud account, good ones and every other. Signs with the local cloud's signers, which
// neither the product nor its client uses.
import { sha256Hex, signV2, signV3 } from '../../local/rpc/signatures.ts';
import { AUDIENCE, NOW } from './builders.ts';

export type SignatureMethod = 'ACS3-HMAC-SHA256' | 'HMAC-SHA1';
export const METHODS = ['ACS3-HMAC-SHA256', 'HMAC-SHA1'] as const satisfies readonly SignatureMethod[];

export const STS_HOST = 'sts.cn-hangzhou.aliyuncs.com';
export const PARTNER_KEY: NonNullable<SignedParts['keys']> = {
  accessKeyId: 'LTAIpartner',
  accessKeySecret: 'partner-secret',
};

export interface SignedParts {
  readonly signatureMethod?: SignatureMethod;
  readonly keys?: {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken?: string;
  };
  readonly at?: Date;
  readonly nonce?: string;
  readonly host?: string;
  readonly method?: string;
  readonly action?: string;
  /** Null binds no audience, as requests for other services do not. */
  readonly audience?: string | null;
  /** Signed besides. */
  readonly extra?: Readonly<Record<string, string>>;
}

let nonces = 0;

const dateOf = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

type Values = Readonly<Record<string, unknown>>;

function signatureOf(
  parts: Required<Omit<SignedParts, 'signatureMethod'>>,
  signatureMethod: SignatureMethod,
) {
  const { keys, at, nonce, host, method, action, audience, extra } = parts;
  const bound: Record<string, string> = audience === null ? {} : { StintAudience: audience };
  if (signatureMethod === 'HMAC-SHA1') {
    const parameters = {
      Action: action,
      Version: '2015-04-01',
      Format: 'json',
      AccessKeyId: keys.accessKeyId,
      SignatureMethod: signatureMethod,
      SignatureVersion: '1.0',
      SignatureNonce: nonce,
      Timestamp: dateOf(at),
      ...(keys.securityToken === undefined ? {} : { SecurityToken: keys.securityToken }),
      ...bound,
      ...extra,
    };
    return signV2(method, new Map(Object.entries(parameters)), keys.accessKeySecret);
  }
  const headers = new Map(
    Object.entries({
      host,
      'x-acs-action': action,
      'x-acs-content-sha256': sha256Hex(''),
      'x-acs-date': dateOf(at),
      'x-acs-signature-nonce': nonce,
      'x-acs-version': '2015-04-01',
      ...(keys.securityToken === undefined ? {} : { 'x-acs-security-token': keys.securityToken }),
      ...extra,
    }),
  );
  const signedHeaders = [...headers.keys()].sort();
  const query = new Map(Object.entries(bound));
  return signV3(
    { method, path: '/', query, headers, signedHeaders, body: Buffer.from('') },
    keys.accessKeySecret,
  );
}

/** The values of a proof, before they are written down. */
export function proofValues(parts: SignedParts = {}): Values {
  nonces += 1;
  const { signatureMethod = 'ACS3-HMAC-SHA256', keys = PARTNER_KEY, at = NOW } = parts;
  const nonce = parts.nonce ?? `nonce-${String(nonces).padStart(20, '0')}`;
  const filled = {
    host: STS_HOST,
    method: 'POST',
    action: 'GetCallerIdentity',
    audience: AUDIENCE,
    extra: {},
    ...parts,
    keys,
    at,
    nonce,
  };
  return {
    signatureMethod,
    accessKeyId: keys.accessKeyId,
    date: dateOf(at),
    nonce,
    ...(keys.securityToken === undefined ? {} : { securityToken: keys.securityToken }),
    signature: signatureOf(filled, signatureMethod),
  };
}

export const encodeProof = (json: string): string => `stint-acs1.${Buffer.from(json).toString('base64url')}`;

/** A bearer string; `change` adds members to the JSON after signing, and undefined removes one. */
export const callerProof = (parts: SignedParts = {}, change: Values = {}): string =>
  encodeProof(JSON.stringify({ ...proofValues(parts), ...change }));
