// The function's role credentials, renewed before they end. Never written anywhere.
import type { RoleSession } from './platform-headers.ts';

/** Long before the end, so that no request carries credentials that die under it. */
const RENEW_BEFORE_END_MS = 30 * 60_000;

export function renewingSession(
  issue: () => Promise<RoleSession>,
  now: () => number,
): () => Promise<RoleSession> {
  let current: { readonly session: Promise<RoleSession>; renewAt: number } | undefined;
  return () => {
    if (current !== undefined && now() < current.renewAt) return current.session;
    const session = issue();
    const entry = { session, renewAt: Number.POSITIVE_INFINITY };
    current = entry;
    session.then(
      ({ expiration }) => {
        entry.renewAt = Date.parse(expiration) - RENEW_BEFORE_END_MS;
      },
      () => {
        current = undefined;
      },
    );
    return session;
  };
}
