// A test of an access document can describe a caller of a preset as that preset’s own tokens would.
import { describe, expect, it } from 'vitest';
import { runPolicyTests } from '../../../shared/policy-tests/run-policy-tests.ts';
import { acceptedDocument } from '../rules/documents.ts';

const run = (as: string, to: string) =>
  runPolicyTests(
    acceptedDocument(`version: 1
providers:
  - { id: github, kind: oidc, preset: github-actions, issuer: https://token.actions.githubusercontent.com, tenants: ["65"] }
  - { id: k8s, kind: oidc, preset: kubernetes, issuer: https://k8s.example.com }
roles:
  - { id: reader, roleArn: "acs:ram::1234567890123456:role/reader", maxDurationSeconds: 3600 }
grants:
  - { id: one, to: ${to}, role: reader, sessionPolicy: inherit }
tests:
  - { name: it gets it, as: ${as}, role: reader, expect: allow }
`),
    new Date(),
  );

const REF = 'owner:65/repo:74/ref:refs/heads/main';
const CLAIMS = '{ repository_owner_id: "65", repository_id: "74", ref: refs/heads/main, event_name: push }';

describe('a test of a document describes a caller of a preset', () => {
  it.each([
    [
      'by its subject',
      '{ provider: github, subject: "owner:65/repo:74" }',
      '{ provider: github, subject: "owner:65/repo:74" }',
    ],
    [
      'by a group',
      `{ provider: github, subject: "x", groups: ["${REF}"] }`,
      `{ provider: github, group: "${REF}" }`,
    ],
    [
      'by claims, of which the preset makes the groups',
      `{ provider: github, subject: "owner:65/repo:74", claims: ${CLAIMS} }`,
      `{ provider: github, group: "${REF}" }`,
    ],
    [
      'by the subject that the preset reads',
      '{ provider: k8s, subject: "system:serviceaccount:a:b" }',
      '{ provider: k8s, subject: "system:serviceaccount:a:b" }',
    ],
  ])('%s', async (_, as, to) => {
    expect(await run(as, to)).toMatchObject({ passed: 1, failed: 0 });
  });

  it('who gets nothing by claims of somebody else', async () => {
    const as = `{ provider: github, subject: "owner:65/repo:75", claims: ${CLAIMS.replace('74', '75')} }`;
    expect(await run(as, `{ provider: github, group: "${REF}" }`)).toMatchObject({ failed: 1 });
  });
});
