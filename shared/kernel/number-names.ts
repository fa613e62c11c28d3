// The names of the numbers that functions count. What each means is in log-lines.ts, which no bundle holds.

/** The parts of a request that are timed. `authenticate` includes limit; `decide` is grants, decide and compose together. */
export type TimedPart = 'authenticate' | 'decide' | 'assume' | 'audit';

const REQUEST_NUMBERS = [
  'requests',
  'refused',
  'failed',
  'requestMs',
  'requestMaxMs',
  'over100ms',
  'over1000ms',
  'over5000ms',
] as const;

/** Times are written out, so that the name of each number can be searched for. */
export const VEND_NUMBERS = [
  ...REQUEST_NUMBERS,
  'overloaded',
  'vends',
  'reused',
  'knownProofs',
  'assumeRoleCalls',
  'assumeRoleThrottled',
  'assumeRoleFailed',
  'authenticateMs',
  'authenticateMaxMs',
  'decideMs',
  'decideMaxMs',
  'assumeMs',
  'assumeMaxMs',
  'auditMs',
  'auditMaxMs',
] as const;

export const LOGIN_NUMBERS = [...REQUEST_NUMBERS, 'signOns', 'refusedSignOns'] as const;

export type RequestNumber = (typeof REQUEST_NUMBERS)[number];
export type VendNumber = (typeof VEND_NUMBERS)[number];
export type LoginNumber = (typeof LOGIN_NUMBERS)[number];
