// The older RPC signature, HMAC-SHA1 over all parameters of query and form body. Computes; judges nothing.
import { createHmac } from 'node:crypto';
import { canonicalQuery, percentEncode } from './percent-encode.ts';

/** `parameters` without `Signature`. */
export function signV2(
  method: string,
  parameters: ReadonlyMap<string, string>,
  accessKeySecret: string,
): string {
  const stringToSign = `${method}&${percentEncode('/')}&${percentEncode(canonicalQuery(parameters))}`;
  return createHmac('sha1', `${accessKeySecret}&`).update(stringToSign).digest('base64');
}
