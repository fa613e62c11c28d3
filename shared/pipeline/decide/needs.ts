// What a caller must add to a request, or wait for, before a grant gives it its role. GET /v1/roles lists these needs for each
// role. A grant that the caller cannot come to satisfy is shown neither there nor in an explanation for the caller.
import type { Considered } from './decide-vend.ts';
import type { GrantTest } from './grant-tests.ts';

/** All needs, as GET /v1/roles, the portal and the command line name them. */
export const NEEDS = ['mfa', 'fresh_sign_in', 'fresh_token', 'dpop', 'network', 'time_window'] as const;
export type Need = (typeof NEEDS)[number];

/**
 * What makes a request pass a test that it failed. `nothing`: it is enough to ask for less. Undefined: the caller cannot
 * influence the test, because it looks at the caller's claims.
 */
const REMEDIES = {
  when: undefined,
  sourceIp: 'network',
  pinSourceIp: 'network',
  timeWindows: 'time_window',
  withinToken: 'fresh_token',
  dpop: 'dpop',
  mfa: 'mfa',
  maxAuthAgeSeconds: 'fresh_sign_in',
  durationSeconds: 'nothing',
} as const satisfies Record<GrantTest, Need | 'nothing' | undefined>;

/** Each need once, in the order of the tests. Undefined when the grant is not for this caller, whatever it adds. */
export function needsOf({ tests }: Pick<Considered, 'tests'>): readonly Need[] | undefined {
  const needs = new Set<Need>();
  for (const { test } of tests.filter(({ passed }) => !passed)) {
    const remedy = REMEDIES[test];
    if (remedy === undefined) return undefined;
    if (remedy !== 'nothing') needs.add(remedy);
  }
  return [...needs];
}
