// Values that may be in one place only. Every exchange with the app is searched for them.
import { inspect } from 'node:util';

export const CANARY = {
  externalId: 'canary-external-id',
  stsSecret: 'canary-sts-secret',
  securityToken: 'canary-security-token',
  ownSecret: 'canary-own-secret',
  ownToken: 'canary-own-token',
  clientSecret: 'canary-client-secret',
  gatewaySecret: 'canary-gateway-secret-0123456789abcdef',
} as const;

/** Both what would be stored and what an inspecting logger would print. */
const printed = (value: unknown): string =>
  typeof value === 'string' ? value : `${JSON.stringify(value)}\n${inspect(value, { depth: 20 })}`;

/** The first of the secrets that can be found in the value. */
export function findSecret(value: unknown, secrets: readonly string[]): string | undefined {
  const text = printed(value);
  return secrets.find((secret) => secret !== '' && text.includes(secret));
}

export const ALL_CANARIES: readonly string[] = Object.values(CANARY);
