// Until when credentials are handed out again, and when a client should come back.

/** Stock Alibaba Cloud clients refetch on every call once 900 s or less are left; 60 s more for their clock. */
const STOCK_CLIENT_MARGIN_MS = 960_000;
/** Reused credentials keep at least this part of their life. */
const LEAST_PART_LEFT = 0.5;
/** Clients come back within this part of what is left after the reuse window, spread so that they do not march. */
const SPREAD_PART = 0.5;

export interface Lifetime {
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Credentials are reused while enough of their life is left, for half of it or for as long as stock clients need. */
export function reuseUntil({ issuedAt, expiresAt }: Lifetime): Date {
  const life = expiresAt.getTime() - issuedAt.getTime();
  const left = Math.max(life * LEAST_PART_LEFT, life > STOCK_CLIENT_MARGIN_MS ? STOCK_CLIENT_MARGIN_MS : 0);
  return new Date(expiresAt.getTime() - left);
}

/** After the reuse window, so that coming back brings fresh credentials, and well before the end. */
export function refreshAfter(lifetime: Lifetime, random: () => number): Date {
  const from = reuseUntil(lifetime).getTime();
  return new Date(from + (lifetime.expiresAt.getTime() - from) * SPREAD_PART * random());
}
