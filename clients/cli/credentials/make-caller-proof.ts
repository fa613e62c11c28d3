// A signed GetCallerIdentity request as one bearer string: proves to one Stint service whose key this is, once and for
// a few minutes. Holds no secret key, and is sent to nobody here.
import { randomUUID } from 'node:crypto';
import { CALLER_PROOF_PREFIX } from '../../../shared/pipeline/authenticate/aliyun/proof-prefix.ts';
import type { CallerSettings } from './caller-settings.ts';
import { signAcs3 } from './sign-acs3.ts';

const METHOD = 'ACS3-HMAC-SHA256';

export function makeCallerProof(settings: CallerSettings, now: Date): string {
  const { accessKeyId, accessKeySecret, securityToken } = settings;
  const date = `${now.toISOString().slice(0, 19)}Z`;
  const nonce = randomUUID();
  const call = {
    host: settings.stsHost,
    action: 'GetCallerIdentity',
    version: '2015-04-01',
    query: { StintAudience: settings.audience },
    date,
    nonce,
    securityToken,
  };
  const proof = {
    signatureMethod: METHOD,
    accessKeyId,
    date,
    nonce,
    securityToken,
    signature: signAcs3(call, accessKeySecret),
  };
  return `${CALLER_PROOF_PREFIX}${Buffer.from(JSON.stringify(proof)).toString('base64url')}`;
}
