// A remembered token counts no longer than the token itself would, and only under the rules that it was verified by.
import { describe, expect, it } from 'vitest';
import type { KeySource } from '../../../shared/identity/key-source.ts';
import { createKnownPrincipals } from '../../../shared/identity/known-principals.ts';
import { Revision } from '../../../shared/kernel/names.ts';
import { authenticate } from '../../../shared/pipeline/authenticate/authenticate.ts';
import { createOpenDpop } from '../../../shared/pipeline/authenticate/dpop/open-dpop.ts';
import type { Provider } from '../../../shared/rules/document/provider.ts';
import type { Rules } from '../../../shared/rules/document/rules.ts';
import { AUDIENCE, NOTHING_FLUSHED, NOW, PUBLIC_URL, provider, providersOf } from '../../support/builders.ts';
import { FakeCallerIdentities, FakeKeySource, FakeOnceStore } from '../../support/fakes.ts';
import { token } from '../../support/issuer.ts';

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);
const later = (count: number): Date => new Date(NOW.getTime() + count * 1000);

const rulesOf = (revision: string, own: Provider): Rules => ({
  revision: Revision.parse(revision),
  ...NOTHING_FLUSHED,
  ...providersOf([own]),
  accountNames: new Map(),
  rolesById: new Map(),
});

function start() {
  const source = new FakeKeySource();
  const looked = { count: 0 };
  const keys: KeySource = {
    find(own, header) {
      looked.count += 1;
      return source.find(own, header);
    },
  };
  const known = createKnownPrincipals();
  const callers = new FakeCallerIdentities();
  const once = new FakeOnceStore();
  const rules = rulesOf('revision1', provider());
  const ask = async (bearer: string, now: Date, own = rules) => {
    const openDpop = createOpenDpop(once);
    const context = {
      rules: own,
      keys,
      known,
      callers,
      once,
      openDpop,
      audience: AUDIENCE,
      publicUrl: PUBLIC_URL,
      now,
    };
    const answer = await authenticate({ authorization: `Bearer ${bearer}`, bodyToken: undefined }, context);
    return answer.ok ? answer.value.subject : answer.error.reason;
  };
  return { ask, looked };
}

const good = (parts: object = {}) => token({ claims: { exp: seconds(NOW) + 3_000, ...parts } });

describe('a token that was verified', () => {
  it('is not verified again', async () => {
    const { ask, looked } = start();
    const bearer = await good();
    expect([await ask(bearer, NOW), await ask(bearer, later(60)), looked.count]).toEqual([
      'alice',
      'alice',
      1,
    ]);
  });

  it('does not vouch for one that differs in its signature', async () => {
    const { ask } = start();
    const bearer = await good();
    await ask(bearer, NOW);
    const [header, payload] = bearer.split('.');
    expect(await ask(`${header}.${payload}.${'A'.repeat(342)}`, NOW)).toBe('signature-wrong');
  });

  it('is refused once it has expired', async () => {
    const { ask } = start();
    const bearer = await good({ exp: seconds(NOW) + 100 });
    await ask(bearer, NOW);
    expect(await ask(bearer, later(200))).toBe('token-expired');
  });

  it('is refused once it is older than the provider allows', async () => {
    const { ask } = start();
    const bearer = await good({ iat: seconds(NOW) - 3_500 });
    await ask(bearer, NOW);
    expect(await ask(bearer, later(200))).toBe('token-too-old');
  });

  it('is verified again after five minutes, when its key may be gone', async () => {
    const { ask, looked } = start();
    const bearer = await good();
    await ask(bearer, NOW);
    await ask(bearer, later(301));
    expect(looked.count).toBe(2);
  });

  it('is verified again under other rules, which may know its issuer no more', async () => {
    const { ask } = start();
    const bearer = await good();
    await ask(bearer, NOW);
    const stricter = rulesOf('revision2', provider({ algorithms: ['ES256'] }));
    expect(await ask(bearer, NOW, stricter)).toBe('algorithm-not-allowed');
  });
});
