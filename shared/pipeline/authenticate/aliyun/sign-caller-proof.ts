// A caller proof: a signed GetCallerIdentity request as one bearer string. It proves to one Stint service, once and for five
// minutes, which Alibaba Cloud access key its sender holds. It contains no secret key, and nothing is sent here. For callers:
// the command line, and the probe of sweep.
import { randomUUID } from 'node:crypto';
import { signAcs3 } from '../../../kernel/sign-acs3.ts';
import { formatWholeSeconds } from '../../../kernel/whole-seconds.ts';
import { CALLER_PROOF_PREFIX } from './proof-prefix.ts';

const METHOD = 'ACS3-HMAC-SHA256';

export interface CallerKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Of temporary keys. */
  readonly securityToken: string | undefined;
}

export interface ProofTarget {
  /** The audience of the Stint service. */
  readonly audience: string;
  /** The endpoint of the STS that the service asks. */
  readonly stsEndpoint: string;
}

/** The proof at the time `now`. */
export function signCallerProof({ audience, stsEndpoint }: ProofTarget, key: CallerKey, now: Date): string {
  const date = formatWholeSeconds(now);
  const nonce = randomUUID();
  const { accessKeyId, accessKeySecret, securityToken } = key;
  const call = {
    host: new URL(stsEndpoint).host,
    action: 'GetCallerIdentity',
    version: '2015-04-01',
    query: { StintAudience: audience },
    date,
    nonce,
    securityToken,
  };
  const signature = signAcs3(call, accessKeySecret);
  const proof = { signatureMethod: METHOD, accessKeyId, date, nonce, securityToken, signature };
  return `${CALLER_PROOF_PREFIX}${Buffer.from(JSON.stringify(proof)).toString('base64url')}`;
}
