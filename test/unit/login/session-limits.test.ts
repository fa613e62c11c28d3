// When a session ends: by whichever is first of the limits here and what the identity provider said.
import { describe, expect, it } from 'vitest';
import { absoluteEnd, commandLineEnd } from '../../../functions/login/sessions/session-limits.ts';
import { SignOn } from '../../../shared/rules/sign-on/sign-on.ts';
import { NOW } from '../../support/builders.ts';

const LIMITS = {
  ...SignOn.parse({ connections: [] }).sessions,
  absoluteSeconds: 100,
  commandLine: { idleSeconds: 100, absoluteSeconds: 200 },
};
const secondsOn = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe('a session', () => {
  it.each([
    [undefined, 100, 200],
    [50, 50, 50],
    [150, 100, 150],
    [1000, 100, 200],
  ])(
    'that the provider ends after %s seconds ends after %i, and its command line after %i',
    (ends, own, its) => {
      const endsBy = ends === undefined ? {} : { endsBy: secondsOn(ends) };
      const session = { signedOnAt: NOW, lastSeenAt: NOW, ...endsBy };
      expect(absoluteEnd(session, LIMITS)).toEqual(secondsOn(own));
      expect(commandLineEnd(session, LIMITS)).toEqual(secondsOn(its));
    },
  );
});
