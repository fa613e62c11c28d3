// The one GetCallerIdentity request that a caller's signature can belong to. Method, path, action, version and the set
// of headers and parameters are Stint's own; of the caller there are values, each in its own place.
import { acs3Headers } from '../../kernel/sign-acs3.ts';
import type { CallerProof } from '../../pipeline/authenticate/aliyun/parse-caller-proof.ts';

export interface RebuiltRequest {
  readonly method: 'POST';
  readonly pathAndQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ACTION = 'GetCallerIdentity';
const API_VERSION = '2015-04-01';

/**
 * A parameter that STS does not know and both signature methods cover; Alibaba Cloud's ack-ram-tool binds its tokens to
 * a cluster in the same way. The value is always Stint's own audience: a signature made for another service does not match.
 */
const AUDIENCE_PARAMETER = 'StintAudience';

/** RFC 3986, section 2.3: `%20` for a space, and no more left as it is than both signature methods leave. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

type ProofOf<Method extends CallerProof['signatureMethod']> = Extract<
  CallerProof,
  { signatureMethod: Method }
>;

/** "V3 request syntax and signature". The host is under the signature too: a request signed for another is refused. */
function rebuildV3(proof: ProofOf<'ACS3-HMAC-SHA256'>, host: string, audience: string): RebuiltRequest {
  const { accessKeyId, date, nonce, securityToken, signature } = proof;
  const call = {
    host,
    action: ACTION,
    version: API_VERSION,
    date,
    nonce,
    securityToken: securityToken?.reveal(),
  };
  return {
    method: 'POST',
    pathAndQuery: `/?${AUDIENCE_PARAMETER}=${encode(audience)}`,
    headers: acs3Headers(call, { accessKeyId, signature: signature.reveal() }),
    body: '',
  };
}

/** "RPC mechanism". As a form: a security token has no place in a URL, which proxies and servers log. */
function rebuildRpc(proof: ProofOf<'HMAC-SHA1'>, host: string, audience: string): RebuiltRequest {
  const form = {
    AccessKeyId: proof.accessKeyId,
    Action: ACTION,
    Format: 'json',
    ...(proof.securityToken === undefined ? {} : { SecurityToken: proof.securityToken.reveal() }),
    Signature: proof.signature.reveal(),
    SignatureMethod: proof.signatureMethod,
    SignatureNonce: proof.nonce,
    SignatureVersion: '1.0',
    [AUDIENCE_PARAMETER]: audience,
    Timestamp: proof.date,
    Version: API_VERSION,
  };
  return {
    method: 'POST',
    pathAndQuery: '/',
    headers: { host, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: Object.entries(form)
      .map(([name, value]) => `${name}=${encode(value)}`)
      .join('&'),
  };
}

/** The request for the given STS host and Stint's audience, with the caller's signature in it. */
export const rebuildCallerRequest = (proof: CallerProof, host: string, audience: string): RebuiltRequest =>
  proof.signatureMethod === 'HMAC-SHA1'
    ? rebuildRpc(proof, host, audience)
    : rebuildV3(proof, host, audience);
