// The adapter of STS gives credentials that STS knows, limited by the session policy, and names every other outcome
// rightly.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { RpcFault } from '../../local/rpc/rpc-faults.ts';
import type { StsErrorCode } from '../../local/sts/sts-error.ts';
import { err } from '../../shared/kernel/result.ts';
import { CANARY } from '../support/canaries.ts';
import { A_WHILE_MS, SOON_MS, someOrder, startLocalSts } from './local-ports.ts';
import { must } from './must.ts';

const local = await startLocalSts();
afterAll(() => local.close());
afterEach(() => local.faults.clear());

const order = await someOrder();
/** The first attempt and two more. */
const ATTEMPTS = 3;

describe('an assumed role', () => {
  it('is a key that STS knows, limited by the session policy of the order', async () => {
    const { accessKeyId, accessKeySecret, securityToken } = must(await local.assumer().assume(order));
    const found = local.whoIs(accessKeyId, securityToken.reveal());
    if (found.kind !== 'found') throw new Error(found.kind);
    const { arn, accessKeySecret: secret, may } = found.caller;
    expect(secret).toBe(accessKeySecret.reveal());
    expect(arn).toMatch(new RegExp(`:assumed-role/media-uploader/${order.sessionName}$`));
    expect(may('oss:PutObject', 'acs:oss:cn-hangzhou:1:media/users/alice/a', {})).toBe(true);
    expect(may('oss:PutObject', 'acs:oss:cn-hangzhou:1:media/users/bob/a', {})).toBe(false);
  });

  it.each([
    ['the throttling code of STS', { kind: 'refuse', code: 'Throttling.User' }],
    ['a bare redirect, with which STS throttles too', { kind: 'redirect' }],
    ['a mistake of STS', { kind: 'refuse', code: 'InternalError' }],
    ['a dropped connection', { kind: 'close' }],
    ['no answer', { kind: 'hang' }],
  ] satisfies readonly (readonly [string, RpcFault<StsErrorCode>])[])(
    'comes in spite of %s',
    async (_, fault) => {
      local.faults.inject(fault);
      must(await local.assumer(A_WHILE_MS).assume(order));
    },
  );

  it.each([
    ['throttles by code', { kind: 'refuse', code: 'Throttling.User' }, 'throttled', 'Throttling.User'],
    ['throttles by a bare redirect', { kind: 'redirect' }, 'throttled', 'status-302'],
    ['makes mistakes', { kind: 'refuse', code: 'InternalError' }, 'unavailable', 'InternalError'],
    ['never answers', { kind: 'hang' }, 'unavailable', 'deadline'],
  ] satisfies readonly (readonly [string, RpcFault<StsErrorCode>, string, string])[])(
    'does not come while STS %s',
    async (_, fault, kind, cause) => {
      local.faults.inject(fault, ATTEMPTS);
      const patience = fault.kind === 'hang' ? SOON_MS : undefined;
      expect(await local.assumer(patience).assume(order)).toEqual(err({ kind, cause }));
      must(await local.assumer().assume(order)); // every attempt was made: none of the faults is left
    },
  );

  it.each([
    ['refuses', { kind: 'refuse', code: 'NoPermission' }, 'refused', 'NoPermission'],
    ['knows no such role', { kind: 'refuse', code: 'EntityNotExist.Role' }, 'refused', 'EntityNotExist.Role'],
    ['answers garbage', { kind: 'garbage' }, 'unusable', 'answer-not-json'],
  ] satisfies readonly (readonly [string, RpcFault<StsErrorCode>, string, string])[])(
    'is not asked for again when STS %s',
    async (_, fault, kind, cause) => {
      local.faults.inject(fault);
      expect(await local.assumer().assume(order)).toEqual(err({ kind, cause }));
    },
  );

  it.each([
    ['without its ExternalId', { externalId: undefined }],
    ['with another ExternalId', { externalId: `${CANARY.externalId}-2` }],
  ])('is refused to an order %s', async (_, change) => {
    const assumed = await local.assumer().assume({ ...order, ...change });
    expect(assumed).toEqual(err({ kind: 'refused', cause: 'NoPermission' }));
  });
});
