// Guarantees: of what login kept of SAML metadata, what stops sign-ins or changed who signs people in is found, and nothing else.
import { describe, expect, it } from 'vitest';
import {
  CHANGE_SHOWN_MS,
  checkMetadata,
  END_SHOWN_MS,
  findMetadataFaults,
} from '../../../shared/checks/check-metadata.ts';
import { err, ok } from '../../../shared/kernel/result.ts';
import { SignOn } from '../../../shared/rules/sign-on/sign-on.ts';
import { connection, NOW } from '../../support/saml-idp.ts';
import { METADATA_URL } from '../../support/saml-metadata.ts';

const ago = (ms: number): Date => new Date(NOW.getTime() - ms);
const GOOD = { readAt: NOW, leftOut: [], wantsSignedRequests: false };

const found = (kept: { readonly fault?: string; readonly good?: object }, fields: object = {}) =>
  checkMetadata(
    [connection({ metadataUrl: METADATA_URL, ...fields })],
    new Map([['corp', { fault: undefined, ...kept, good: kept.good && { ...GOOD, ...kept.good } }]]),
    NOW,
  ).map(({ name }) => name);

describe('kept metadata', () => {
  it.each<[string, Parameters<typeof found>, readonly string[]]>([
    ['that are good are no finding', [{ good: {} }], []],
    ['that could not be read', [{ fault: 'metadata-fetch-status', good: {} }], ['metadata-unread']],
    ['that never could', [{ fault: 'metadata-fetch-status' }], ['metadata-unread']],
    [
      'that end soon',
      [{ good: { validUntil: new Date(NOW.getTime() + END_SHOWN_MS - 1) } }],
      ['metadata-ending'],
    ],
    ['that end later', [{ good: { validUntil: new Date(NOW.getTime() + END_SHOWN_MS) } }], []],
    ['that changed', [{ good: { changedAt: ago(CHANGE_SHOWN_MS - 1) } }], ['metadata-changed']],
    ['that changed long ago', [{ good: { changedAt: ago(CHANGE_SHOWN_MS) } }], []],
    ['with a weak certificate', [{ good: { leftOut: ['rsa-short'] } }], ['metadata-certificate-unusable']],
    [
      'of a provider that wants signed requests',
      [{ good: { wantsSignedRequests: true } }, { signRequests: false }],
      ['metadata-wants-signed'],
    ],
    ['of one that gets them', [{ good: { wantsSignedRequests: true } }], []],
    ['of a connection that names none', [{ fault: 'old' }, { metadataUrl: undefined }], []],
  ])('%s', (_, parts, names) => {
    expect(found(...parts)).toEqual(names);
  });

  it('that may not be read are told as that', async () => {
    const connections = [connection({ metadataUrl: METADATA_URL })];
    const signOn = { current: async () => ok({ ...SignOn.parse({ connections: [] }), connections }) };
    const denied = err({ reason: 'store-failed', cause: 'OTSNoPermissionAccess' } as const);
    expect(await findMetadataFaults(signOn, async () => denied, NOW)).toEqual([
      {
        name: 'not-checked',
        subject: 'metadata',
        detail: 'no permission for ots:GetRange on the table idp_metadata',
      },
    ]);
  });
});
