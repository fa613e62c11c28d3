// Against a sender, or a service, that makes a request take long: no proof and no rule counts longer than it would
// have without the delay.
import { describe, expect, it } from 'vitest';
import { Revision } from '../../shared/kernel/names.ts';
import { aliyunProvider, grantTo, NOW, provider } from '../support/builders.ts';
import { callerProof } from '../support/caller-proofs.ts';
import { CANARY } from '../support/canaries.ts';
import {
  certificateAuthority,
  certificateProvider,
  clientCertHeader,
  clientCertificate,
  fromNow,
  GATEWAY,
} from '../support/certificates.ts';
import { clientKey, dpopHeaders, dpopProof } from '../support/dpop.ts';
import { seconds, token } from '../support/issuer.ts';
import { assertion, partners } from '../support/partner.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

const CA = certificateAuthority('Partner CA');
const KEY = clientKey();
const READS = {
  document: { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }] },
};
const ANY = { kind: 'any' } as const;
const PROVIDERS = [
  provider(),
  partners(),
  aliyunProvider({ id: 'accounts' }),
  certificateProvider({ authorities: [CA.pem] }),
];

type Constraints = NonNullable<Parameters<typeof grantTo>[1]>['constraints'];

function start(constraints: Constraints = {}): Vend {
  const app = startVend({ gateway: GATEWAY });
  app.store.providers = PROVIDERS;
  app.store.grants = PROVIDERS.map(({ id }) => grantTo(ANY, { sessionPolicy: READS, constraints }, id));
  return app;
}

/** Each is good now, and for less than ten minutes. */
const PROOFS: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
  'an OIDC token': () => ({ authorization: `Bearer ${token({ claims: { exp: seconds(NOW) + 60 } })}` }),
  'a DPoP proof': () => dpopHeaders(BOUND, dpopProof(KEY, BOUND)),
  'an assertion': () => ({ authorization: `Bearer ${assertion()}` }),
  'a proof of an account': () => ({ authorization: `Bearer ${callerProof()}` }),
  'a client certificate': () => ({
    [GATEWAY.proofHeader]: CANARY.gatewaySecret,
    [GATEWAY.certificateHeader]: clientCertHeader(clientCertificate(CA, { to: fromNow(60) })),
  }),
};
const BOUND = token();

/** Sends its body only when `heldMs` have passed since its headers. */
function heldRequest(app: Vend, headers: Readonly<Record<string, string>>, heldMs: number): Request {
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        app.clock.advance(heldMs);
        controller.enqueue(Buffer.from('{"role":"media-uploader"}'));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Request('https://vend.example.com/v1/credentials', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    duplex: 'half',
  });
}

const HELD_MS = 600_000;

async function outcomeOf(app: Vend, request: Request): Promise<unknown> {
  const { status } = await app.app.request(request);
  return status;
}

describe('a request whose body is held back', () => {
  /**
   * @attack Body held back while the proof grows old: OIDC, DPoP, assertion, account, certificate, sign-in,
   *   hours
   * @removed the clock, read after the body; after the rules
   * @failed 13 and 5 of 26: has no longer life for an OIDC token: `expected 200 to be 401`
   */
  it.each(Object.entries(PROOFS))('has no longer life for %s', async (_, proof) => {
    const app = start();
    expect(await outcomeOf(app, heldRequest(app, proof(), 0))).toBe(200);
    expect(await outcomeOf(app, heldRequest(app, proof(), HELD_MS))).toBe(401);
    expect(app.auditLog.events.map(({ outcome, stage }) => [outcome, stage])).toEqual([
      ['granted', 'respond'],
      ['refused', 'authenticate'],
    ]);
  });

  it('has none for a token that this instance has verified before', async () => {
    const app = start();
    const headers = PROOFS['an OIDC token']?.() ?? {};
    expect(await outcomeOf(app, heldRequest(app, headers, 0))).toBe(200);
    expect(await outcomeOf(app, heldRequest(app, headers, HELD_MS))).toBe(401);
  });

  it.each<[string, Constraints]>([
    ['a sign-in', { maxAuthAgeSeconds: 60 }],
    ['hours', { timeWindows: [{ timeZone: 'UTC', days: ['sun'], from: '11:00', to: '12:05' }] }],
  ])('has no longer life for %s', async (_, constraints) => {
    const app = start(constraints);
    const headers = { authorization: `Bearer ${token({ claims: { auth_time: seconds(NOW) } })}` };
    expect(await outcomeOf(app, heldRequest(app, headers, 0))).toBe(200);
    expect(await outcomeOf(app, heldRequest(app, headers, HELD_MS))).toBe(403);
  });

  /**
   * @attack Body held back to date the audit row back
   * @removed the row's time (made: of the arrival)
   * @failed 1 of 26: has its audit row at the time at which it ended: `expected [ 2026-03-01T12:00:00.000Z,
   *   …(1) ] to deeply equal [ 2026-03-01T12:10:00.000Z, …(1) ]`
   */
  it('has its audit row at the time at which it ended', async () => {
    const app = start();
    const headers = { authorization: `Bearer ${token()}` };
    await outcomeOf(app, heldRequest(app, headers, HELD_MS));
    await outcomeOf(app, heldRequest(app, { authorization: 'Bearer none' }, HELD_MS));
    expect(app.auditLog.events.map(({ at }) => at)).toEqual([fromNow(600), fromNow(1_200)]);
  });
});

describe('a request that waits for the rules', () => {
  it.each(Object.entries(PROOFS))('has no longer life for %s', async (_, proof) => {
    const app = start();
    const current = app.store.current.bind(app.store);
    app.store.current = async () => {
      app.clock.advance(HELD_MS);
      return current();
    };
    expect(await outcomeOf(app, heldRequest(app, proof(), 0))).toBe(401);
  });
});

const applied = (app: Vend, grants: Vend['store']['grants'], revision = 'rev00000002'): void => {
  app.store.revision = Revision.parse(revision);
  app.store.grants = grants;
};

/** What happens while STS works on its first answers. */
function whileStsWorks(app: Vend, ...changes: readonly (() => void)[]): void {
  const assume = app.assumer.assume.bind(app.assumer);
  app.assumer.assume = async (order) => {
    changes[app.assumer.orders.length]?.();
    return assume(order);
  };
}

describe('rules that change while STS is slow', () => {
  /**
   * @attack Grant, provider or page that is removed while STS is slow
   * @removed the question for the revision before the answer; the comparison of the provider; its absence;
   *   the bound of rounds
   * @failed 10, 1, 3 and 1 of 26: count: a grant that was removed gives nothing, though STS has answered:
   *   `expected [ 200, undefined ] to deeply equal [ 403, 'access_denied' ]`
   */
  it('count: a grant that was removed gives nothing, though STS has answered', async () => {
    const app = startVend();
    whileStsWorks(app, () => applied(app, []));
    const { status, body } = await app.vend();
    expect([status, body['code']]).toEqual([403, 'access_denied']);
    expect(app.assumer.orders).toHaveLength(1);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'decide', outcome: 'refused', revision: 'rev00000002' }),
    ]);
    expect(app.auditLog.events[0]?.accessKeyId).toBeUndefined();
  });

  it('count: a grant that was narrowed gives no more than it does now', async () => {
    const app = startVend();
    whileStsWorks(app, () => applied(app, [grantTo(ANY, { sessionPolicy: READS, maxDurationSeconds: 900 })]));
    const { status, body } = await app.vend();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      policy: { Statement: [{ Action: 'oss:GetObject', Resource: '*' }] },
      credentials: { accessKeyId: 'STS.key2', expiration: fromNow(900).toISOString() },
    });
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ accessKeyId: 'STS.key2', revision: 'rev00000002' }),
    ]);
  });

  it('do not matter where they give the same', async () => {
    const app = startVend();
    whileStsWorks(app, () => applied(app, app.store.grants));
    expect((await app.vend()).status).toBe(200);
    expect(app.auditLog.events).toEqual([expect.objectContaining({ revision: 'rev00000002' })]);
  });

  it.each<[string, (app: Vend) => void, [number, string, string]]>([
    [
      'a provider that is gone',
      (app) => (app.store.providers = []),
      [401, 'invalid_token', 'issuer-unknown'],
    ],
    [
      'a provider that is verified otherwise',
      (app) => (app.store.providers = [provider({ algorithms: ['ES256'] })]),
      [503, 'store_unavailable', 'rules-changed'],
    ],
    [
      'a store that does not answer',
      (app) => (app.store.fault = { reason: 'store-failed', cause: 'OTSTimeout' }),
      [503, 'store_unavailable', 'store-failed'],
    ],
  ])('count: %s vouches for nobody', async (_, change, expected) => {
    const app = startVend();
    whileStsWorks(app, () => {
      applied(app, app.store.grants);
      change(app);
    });
    const { status, body } = await app.vend();
    const [event, ...others] = app.auditLog.events;
    expect([status, body['code'], event?.reason]).toEqual(expected);
    expect([event?.accessKeyId, others]).toEqual([undefined, []]);
  });

  it('count: a page that its provider does not name any more gets nothing', async () => {
    const app = startVend();
    const page = 'https://app.example.com';
    app.store.providers = [provider({ allowedOrigins: [page] })];
    whileStsWorks(app, () => {
      applied(app, app.store.grants);
      app.store.providers = [provider()];
    });
    expect((await app.vend({}, { headers: { origin: page } })).status).toBe(403);
  });

  it('with every answer end in a refusal', async () => {
    const app = startVend();
    const changes = [2, 3, 4, 5].map((number) => () => {
      const grants = [grantTo(ANY, { id: `grant-${number}` })];
      applied(app, grants, `rev0000000${number}`);
    });
    whileStsWorks(app, ...changes);
    const { status, body } = await app.vend();
    expect([status, body['code']]).toEqual([503, 'store_unavailable']);
    expect(app.assumer.orders).toHaveLength(3);
  });
});

describe('rules that change while a store or an issuer is slow', () => {
  const whileGrantsAreRead = (app: Vend, change: () => void): void => {
    const grantRows = app.store.grantRows.bind(app.store);
    app.store.grantRows = async (...asked) => {
      const rows = await grantRows(...asked);
      change();
      return rows;
    };
  };

  it('count for what is listed and explained', async () => {
    const app = startVend();
    const granted = app.store.grants;
    whileGrantsAreRead(app, () => applied(app, []));
    expect((await app.send('GET', '/v1/roles')).body['roles']).toEqual([]);
    applied(app, granted, 'rev00000001');
    expect((await app.explain()).body).toMatchObject({ decision: 'deny', reasons: [] });
  });

  it('count for who somebody is', async () => {
    const app = startVend();
    const find = app.keys.find.bind(app.keys);
    app.keys.find = async (...asked) => {
      applied(app, []);
      app.store.providers = [];
      return find(...asked);
    };
    const { status, body } = await app.send('GET', '/v1/identity');
    expect([status, body['code']]).toEqual([401, 'invalid_token']);
  });
});

describe('a bug after the audit row was written', () => {
  /**
   * @attack Bug that overwrites the row of what was granted
   * @removed one row for each request
   * @failed 2 of 26: never overwrites it, and lets nothing out: `expected [ { …(27) }, { …(27) } ] to deeply
   *   equal [ ObjectContaining{…} ]`
   */
  it('never overwrites it, and lets nothing out', async () => {
    const app = startVend();
    const page = 'https://app.example.com';
    app.store.providers = [provider({ allowedOrigins: [page] })];
    const current = app.store.current.bind(app.store);
    app.store.current = async () => {
      if (app.auditLog.events.length > 0) throw new Error('a bug');
      return current();
    };
    const { status, body } = await app.vend({}, { headers: { origin: page } });
    expect([status, body['code']]).toEqual([500, 'internal_error']);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ outcome: 'granted', accessKeyId: 'STS.key1' }),
    ]);
  });

  it('in writing it leaves what may have been written', async () => {
    const app = startVend();
    const record = app.auditLog.record.bind(app.auditLog);
    app.auditLog.record = async (event) => {
      await record(event);
      throw new Error('a bug');
    };
    const { status, body } = await app.vend();
    expect([status, body['code']]).toEqual([500, 'internal_error']);
    expect(app.auditLog.events).toEqual([expect.objectContaining({ outcome: 'granted' })]);
  });
});
