// What a caller must add before a grant gives it its role. What GET /v1/roles lists and what an explanation shows to the
// caller itself go by this one answer: a grant that is not for the caller is in neither.
import type * as z from 'zod';
import type { Considered } from '../../shared/pipeline/decide/decide-vend.ts';
import type { GrantTest } from '../../shared/pipeline/decide/grant-tests.ts';
import type { RolesResponse } from './response-schemas.ts';

type Need = z.input<typeof RolesResponse>['roles'][number]['needs'][number];

/** What the caller can add to pass a test, or ask for: `nothing` but less. A condition on claims is not in its hands. */
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

/** Undefined when the grant is not for this caller, whatever it adds. */
export function needsOf({ tests }: Considered): readonly Need[] | undefined {
  const needs = new Set<Need>();
  for (const { test } of tests.filter(({ passed }) => !passed)) {
    const remedy = REMEDIES[test];
    if (remedy === undefined) return undefined;
    if (remedy !== 'nothing') needs.add(remedy);
  }
  return [...needs];
}
