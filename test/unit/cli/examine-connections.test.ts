// `stint doctor` looks at each OpenID Provider as login does, before a person does.
import { beforeEach, expect, it } from 'vitest';
import { examineConnections } from '../../../clients/cli/doctor/examine-connections.ts';
import { SignOn } from '../../../shared/rules/sign-on/sign-on.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts';
import { connectionTo } from '../../support/sign-on.ts';

let provider: OpenIdProvider;

beforeEach(async () => {
  provider = await startOpenIdProvider();
});

const examined = async (parts: object = {}) => {
  const { connections } = SignOn.parse({ connections: [connectionTo(provider, parts)] });
  const findings = await examineConnections(connections);
  return findings.map(({ name, detail }) => `${name}: ${detail}`);
};

it('finds nothing where the connection and its provider fit together', async () => {
  expect(await examined({ recheck: {} })).toEqual([]);
});

it.each<[string, Readonly<Record<string, unknown>>, object, string]>([
  [
    'another issuer',
    { issuer: 'https://other.example' },
    {},
    'its metadata name the issuer https://other.example',
  ],
  ['no keys', { jwks_uri: undefined }, {}, 'its metadata name no issuer or no keys'],
  [
    'HMAC alone',
    { id_token_signing_alg_values_supported: ['HS256', 'HS512'] },
    {},
    'it signs ID tokens with HS256, HS512 alone, and Stint takes no HMAC',
  ],
  [
    'no endpoint for the requests that it wants pushed',
    { require_pushed_authorization_requests: true },
    {},
    'requests are to be pushed, and it names no endpoint for that',
  ],
  [
    'no endpoint for the requests that the connection pushes',
    {},
    { pushedRequests: true },
    'requests are to be pushed, and it names no endpoint for that',
  ],
  [
    'no refresh tokens',
    { grant_types_supported: ['authorization_code'] },
    { recheck: {} },
    'people are to be rechecked, and it gives no refresh tokens',
  ],
])('finds %s', async (_, metadata, parts, detail) => {
  provider.metadata = metadata;
  expect(await examined(parts)).toEqual([`connection-wrong: ${detail}`]);
});

it('tells a provider that is not there from one that is wrong', async () => {
  provider.discoveryStatus = 404;
  expect(await examined()).toEqual(['connection-wrong: there are no metadata at the issuer’s address']);
  const silent = 'http://127.0.0.1:1';
  expect(await examined({ issuer: silent })).toEqual([
    `connection-silent: ${silent}/.well-known/openid-configuration: unreachable`,
  ]);
  expect(await examined({ issuer: provider.issuer.replace('http:', 'https:') })).toEqual([
    'connection-wrong: its certificate is not accepted, or it speaks no TLS',
  ]);
});
