// The probe of sweep against the whole vend and a local STS: what it must get it gets, by the role of sweep alone and without a
// stored secret; and it sees where vend refuses, gives too much, or takes a forged proof.
import { afterAll, describe, expect, it } from 'vitest';
import { createProbeCaller } from '../../functions/sweep/probe-caller.ts';
import { runProbe } from '../../shared/checks/check-probe.ts';
import type { VendClient } from '../../shared/http/vend-call.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { AUDIENCE, aliyunProvider, grantTo, PARTNER } from '../support/builders.ts';
import { startPartnerSts } from '../support/partner-sts.ts';
import { startVend } from '../support/vend-app.ts';

const sts = await startPartnerSts();
afterAll(() => sts.close());

const SWEEP = { kind: 'sub', name: `${PARTNER}:role/ci` } as const;
const NOTHING = {
  document: { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }] },
};

function start() {
  const vend = startVend({ callers: sts.callers() });
  vend.store.providers = [aliyunProvider()];
  vend.store.grants = [grantTo(SWEEP, { sessionPolicy: NOTHING }, 'partners')];
  const session = sts.session('sweep');
  const client: VendClient = {
    async call(token, { path, body }) {
      const sent = { body: { ...body, token: token.reveal() }, token: null };
      const { status, body: answer } = await vend.send('POST', path, sent);
      return ok({ status, body: new Secret<unknown>(answer) });
    },
  };
  const key = () => ({
    accessKeyId: session.accessKeyId,
    accessKeySecret: session.accessKeySecret,
    securityToken: session.securityToken,
  });
  const target = { audience: AUDIENCE, stsEndpoint: sts.url };
  const caller = createProbeCaller(client, target, key, vend.clock);
  return { vend, caller, probe: () => runProbe(caller, 'media-uploader', ['arms-reader'], 7) };
}

describe('the probe', () => {
  it('finds nothing where the answers are as they must be; each request has an audit row', async () => {
    const { vend, probe } = start();
    expect(await probe()).toEqual([]);
    expect(vend.auditLog.events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['granted', undefined],
      ['refused', expect.any(String)],
      ['refused', expect.any(String)],
    ]);
  });

  it('finds that it is refused', async () => {
    const { vend, probe } = start();
    vend.store.grants = [];
    expect(await probe()).toEqual([
      { name: 'probe-refused', subject: 'media-uploader', detail: '403 access_denied' },
    ]);
  });

  it('finds that it gets what it must not get', async () => {
    const { vend, probe } = start();
    const also = grantTo(SWEEP, { id: 'more', role: 'arms-reader', sessionPolicy: NOTHING }, 'partners');
    vend.store.grants = [...vend.store.grants, also];
    expect(await probe()).toEqual([{ name: 'probe-not-refused', subject: 'arms-reader', detail: '200' }]);
  });

  it('finds that a forged proof is accepted', async () => {
    const asked: string[] = [];
    const caller = {
      ask: async (role: string, proof: string) => {
        asked.push(`${role} ${proof}`);
        return { status: 200, code: undefined };
      },
    };
    expect((await runProbe(caller, 'one', ['two', 'three'], 1)).map(({ name }) => name)).toEqual([
      'probe-not-refused',
      'probe-forgery-accepted',
    ]);
    expect(asked).toEqual(['one own', 'three own', 'one forged']);
  });

  it('says that it asked for no other role where the rules cannot be read', async () => {
    const { caller } = start();
    expect(await runProbe(caller, 'media-uploader', undefined, 0)).toEqual([
      expect.objectContaining({ name: 'not-checked', subject: 'probe' }),
    ]);
  });

  it('finds that nothing answers', async () => {
    const { vend } = start();
    const silent: VendClient = { call: async () => err('vend-unreachable') };
    const key = () => ({ accessKeyId: 'a', accessKeySecret: 'b', securityToken: undefined });
    const caller = createProbeCaller(silent, { audience: AUDIENCE, stsEndpoint: sts.url }, key, vend.clock);
    expect(await runProbe(caller, 'one', [], 0)).toEqual([
      { name: 'probe-refused', subject: 'one', detail: 'no answer' },
    ]);
  });
});
