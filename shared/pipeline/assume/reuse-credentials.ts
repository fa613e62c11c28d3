// When credentials may be handed out again: to which requests, until when, and when a client should come back for new ones.

import { LEAVER_GENERATIONS_CLAIM } from '../../kernel/login-claims.ts';
import { sha256 } from '../../kernel/sha256.ts';
import { entryKey } from '../../rules/document/rules.ts';
import type { AssumeRequest, IssuedCredentials } from './issue-credentials.ts';

/** Stock Alibaba Cloud clients fetch on every call once 900 s or less are left; 60 s more for their clock. */
const STOCK_CLIENT_MARGIN_MS = 960_000;

/** docs/quota.md has the figures of other values. Both are parts of 1. */
export interface ReuseWindow {
  /** Reused credentials keep at least this part of their lifetime. */
  readonly leastPartLeft: number;
  /** Clients come back at a random time in this part of what follows the reuse window, so that they do not come all at once. */
  readonly spreadPart: number;
}
export const REUSE_WINDOW: ReuseWindow = { leastPartLeft: 0.5, spreadPart: 0.5 };

type Lifetime = Pick<IssuedCredentials, 'issuedAt' | 'expiresAt'>;

/**
 * The cache key: a hash of everything that credentials depend on. Requests that differ in any of it never share credentials. An
 * entry of the rules that was removed and added again counts as another entry, and an entry that an apply leaves unchanged
 * counts as the same. After a flush, no earlier key is used again.
 */
export function reuseKey({ principal, allowed, composed, rules }: AssumeRequest): string {
  const parts = [
    rules.flushes.caches,
    rules.entryRevisions.get(entryKey('provider', principal.provider)) ?? null,
    rules.entryRevisions.get(entryKey('role', allowed.role.id)) ?? null,
    allowed.grant.since ?? null,
    principal.kind,
    principal.provider,
    principal.issuer,
    principal.subject,
    // A person who left and came back is given none from before.
    principal.claims[LEAVER_GENERATIONS_CLAIM] ?? null,
    allowed.role.roleArn,
    allowed.role.externalId ?? null,
    allowed.grant.id,
    allowed.grant.constraints,
    allowed.askedSeconds,
    // Credentials that must end with a token or a time window are not shared with requests that have another end.
    allowed.notAfter?.getTime() ?? null,
    composed.basis,
  ];
  return sha256(JSON.stringify(parts), 'base64url');
}

/** Whether cached credentials with the request's key may be given out. Not if they work for longer than the request allows. */
export const mayReuse = (
  cached: IssuedCredentials,
  { composed }: AssumeRequest,
  now: Date,
  window: ReuseWindow = REUSE_WINDOW,
): boolean => now < reuseUntil(cached, window) && cached.expiresAt <= composed.expiresAt;

/** The end of the reuse window: when half of the lifetime is left, or earlier, if stock clients need more than half. */
export function reuseUntil(
  { issuedAt, expiresAt }: Lifetime,
  { leastPartLeft }: ReuseWindow = REUSE_WINDOW,
): Date {
  const life = expiresAt.getTime() - issuedAt.getTime();
  const left = Math.max(life * leastPartLeft, life > STOCK_CLIENT_MARGIN_MS ? STOCK_CLIENT_MARGIN_MS : 0);
  return new Date(expiresAt.getTime() - left);
}

/**
 * When a client should come back: after the reuse window, so that it gets new credentials, and well before the end.
 * `random` returns a number in [0, 1).
 */
export function refreshAfter(
  lifetime: Lifetime,
  random: () => number,
  window: ReuseWindow = REUSE_WINDOW,
): Date {
  const from = reuseUntil(lifetime, window).getTime();
  return new Date(from + (lifetime.expiresAt.getTime() - from) * window.spreadPart * random());
}

/**
 * The expiration to tell to clients that learn nothing else, and so would all renew at the same time before it: a random time before
 * the real one. Told as late as that, credentials still have more left than stock clients need, reused ones included, and are
 * renewed after the reuse window. So only a life of more than twice that margin has room for it.
 */
export function expirationToTell(lifetime: Lifetime, random: () => number): Date {
  const expiresAt = lifetime.expiresAt.getTime();
  const afterWindow = expiresAt - reuseUntil(lifetime).getTime();
  const room = Math.min(afterWindow - STOCK_CLIENT_MARGIN_MS, afterWindow * REUSE_WINDOW.spreadPart);
  return new Date(expiresAt - Math.max(0, room) * random());
}
