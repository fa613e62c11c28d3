// What a request says about its sender, in either signature method, brought to one shape. Verifies nothing.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { RpcError } from './rpc-error.ts';
import type { RpcRequest } from './rpc-request.ts';
import { signV2 } from './sign-v2.ts';
import { sha256Hex, signV3 } from './sign-v3.ts';

export interface ClaimedCredentials {
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
  /** The signature that the right secret gives. */
  readonly sign: (accessKeySecret: string) => string;
}

const AUTHORIZATION =
  /^ACS3-HMAC-SHA256 Credential=([^,\s]+),SignedHeaders=([a-z0-9-]+(?:;[a-z0-9-]+)*),Signature=([0-9a-f]{64})$/;

const REQUIRED_HEADERS = [
  'host',
  'x-acs-action',
  'x-acs-content-sha256',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-version',
];

const mustBeSigned = (name: string): boolean =>
  name.startsWith('x-acs-') || name === 'host' || name === 'content-type';

/** A header that may be changed on the way is no header to act on: all of them have to be under the signature. */
function coversHeaders(signed: readonly string[], present: ReadonlyMap<string, string>): boolean {
  const sorted = signed.every((name, i) => i === 0 || (signed[i - 1] ?? '') < name);
  const required = [...REQUIRED_HEADERS, ...[...present.keys()].filter(mustBeSigned)];
  return (
    sorted && signed.every((name) => present.has(name)) && required.every((name) => signed.includes(name))
  );
}

function readV3(request: RpcRequest, authorization: string): Result<ClaimedCredentials, RpcError> {
  const { headers } = request;
  const [, accessKeyId, signedList, signature] = AUTHORIZATION.exec(authorization) ?? [];
  if (accessKeyId === undefined || signedList === undefined || signature === undefined) {
    return err({ code: 'IncompleteSignature' });
  }
  const signedHeaders = signedList.split(';');
  if (!coversHeaders(signedHeaders, headers)) return err({ code: 'IncompleteSignature' });
  if (headers.get('x-acs-content-sha256') !== sha256Hex(request.body)) {
    return err({ code: 'SignatureDoesNotMatch' });
  }
  return ok({
    accessKeyId,
    securityToken: headers.get('x-acs-security-token'),
    timestamp: headers.get('x-acs-date') ?? '',
    nonce: headers.get('x-acs-signature-nonce') ?? '',
    signature,
    sign: (secret) => signV3({ ...request, signedHeaders }, secret),
  });
}

const REQUIRED_PARAMETERS = ['AccessKeyId', 'Signature', 'SignatureNonce', 'Timestamp'];

function readV2({ method, parameters }: RpcRequest): Result<ClaimedCredentials, RpcError> {
  const [accessKeyId = '', signature = '', nonce = '', timestamp = ''] = REQUIRED_PARAMETERS.map((name) =>
    parameters.get(name),
  );
  if (
    [accessKeyId, signature, nonce, timestamp].includes('') ||
    parameters.get('SignatureMethod') !== 'HMAC-SHA1' ||
    parameters.get('SignatureVersion') !== '1.0'
  ) {
    return err({ code: 'IncompleteSignature' });
  }
  const signed = new Map([...parameters].filter(([name]) => name !== 'Signature'));
  const sign = (secret: string): string => signV2(method, signed, secret);
  return ok({
    accessKeyId,
    securityToken: parameters.get('SecurityToken'),
    timestamp,
    nonce,
    signature,
    sign,
  });
}

export function readCredentials(request: RpcRequest): Result<ClaimedCredentials, RpcError> {
  const authorization = request.headers.get('authorization');
  return authorization === undefined ? readV2(request) : readV3(request, authorization);
}
