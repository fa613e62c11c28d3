// The miniature world as its process describes it to the one that starts it: names, addresses and keys.
import type { JWK } from 'jose';

export const MINIATURE_ACCOUNT = '1234567890123456';
export const MINIATURE_INSTANCE = 'miniature';
export const ROLE_NAME = 'media-uploader';
export const MINIATURE_AUDIENCE = 'https://vend.miniature.example';

export interface Miniature {
  readonly issuer: string;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  /** The environment of the function under test. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How a service of the world fails from now on. `slow` and `hang` are of its answers; `busy` is its own refusal, at once. */
export interface WorldFault {
  readonly service: 'tablestore' | 'sts';
  readonly kind: 'none' | 'slow' | 'hang' | 'busy';
}

/** The delay of a slow service: within the deadline that vend gives one call. */
export const SLOW_MS = 1_500;

/** One grant to anyone, narrowed to the caller's own prefix, as in most deployments. Its limits are too high to apply. */
export const accessDocument = (issuer: string): string => `
version: 1
providers:
  - id: miniature
    kind: oidc
    issuer: '${issuer}'
    algorithms: [RS256]
    subject: sub
    limits: { requestsPerCallerPerSecond: 100000, requestsPerProviderPerSecond: 100000, stsCallsPerSecond: 100000 }
roles:
  - { id: media-uploader, roleArn: 'acs:ram::${MINIATURE_ACCOUNT}:role/${ROLE_NAME}' }
grants:
  - id: own-prefix
    to: { provider: miniature, anyone: true }
    role: media-uploader
    sessionPolicy:
      variables: { user: { claim: sub, pattern: '[A-Za-z0-9_-]{1,64}' } }
      document:
        Version: '1'
        Statement:
          - Effect: Allow
            Action: [oss:PutObject, oss:GetObject]
            Resource: acs:oss:*:*:media/users/\${user}/*
`;
