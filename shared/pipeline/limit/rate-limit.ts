// What every limit shares: the keys that it counts by, and the refusal when it is reached. A limit counts by an address that
// the platform observed, or by a caller that has proved its identity. A name that a request only claims is never a key:
// anyone could then use up the limit of another caller.
import type { Failure, RateReason } from '../../kernel/failure.ts';
import { parseNetwork } from '../../kernel/ip-network.ts';
import { err, ok, type Result } from '../../kernel/result.ts';

/** The smallest IPv6 network that a subscriber is given (RFC 6177). It holds more addresses than memory could. */
const IPV6_SUBSCRIBER_PREFIX = 64;

/** The key of an address: the address itself for IPv4, the subscriber's /64 for IPv6. */
export function addressKey(address: string): string {
  const network = address.includes(':') ? parseNetwork(`${address}/${IPV6_SUBSCRIBER_PREFIX}`) : undefined;
  return network ? network.base.toString(16) : address;
}

/** A caller with a proved identity, as far as limits need it; every `Principal` is one. */
export interface ProvedCaller {
  readonly provider: string;
  readonly subject: string;
}

/** The key of a caller. Different callers have different keys, since a provider's id contains no `|`. */
export const callerKey = ({ provider, subject }: ProvedCaller): string => `${provider}|${subject}`;

/** The failure `rate_limited`. `waitMs`: milliseconds after which a retry can succeed, sent as whole seconds, rounded up. */
export const rateLimited = (reason: RateReason, waitMs: number): Result<never, Failure> =>
  err({ code: 'rate_limited', reason, retryAfterSeconds: Math.ceil(waitMs / 1000) });

/** Admits a request that has to wait 0 milliseconds, and refuses any other with `rateLimited`. */
export const withinLimit = (reason: RateReason, waitMs: number): Result<void, Failure> =>
  waitMs === 0 ? ok(undefined) : rateLimited(reason, waitMs);
