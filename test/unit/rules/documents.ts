// Documents that the tests of the access rules start from.
import { expect } from 'vitest';
import { type ReadAccess, readDocuments } from '../../../shared/rules/compile/read-documents.ts';
import type { CompiledAccess } from '../../../shared/rules/document/compiled-access.ts';
import type { StoredRoleGrant } from '../../../shared/rules/document/stored-grant.ts';

/** Lines are counted from 1; tests refer to them. */
export const VALID = `version: 1
providers:
  - id: app-users
    kind: oidc
    issuer: https://id.example.com
    groups: groups
roles:
  - id: media-uploader
    roleArn: acs:ram::1234567890123456:role/media-uploader
    externalId: only-stint-knows-this
    maxDurationSeconds: 3600
grants:
  - id: own-prefix
    to: { provider: app-users, anyone: true }
    role: media-uploader
    maxDurationSeconds: 1800
    sessionPolicy:
      variables: { user: { claim: sub, pattern: "[A-Za-z0-9_-]{1,64}" } }
      document:
        Version: "1"
        Statement:
          - Effect: Allow
            Action: [oss:PutObject, oss:GetObject]
            Resource: "acs:oss:*:*:media/users/\${user}/*"
    constraints: { effectiveSeconds: 300 }
  - id: staff
    to: { provider: app-users, group: staff }
    role: media-uploader
    sessionPolicy: inherit
`;

/** The document with one piece of text replaced; throws when the piece is not there, so that no test goes stale. */
export function edited(from: string, to: string, text: string = VALID): string {
  if (!text.includes(from)) throw new Error(`the document does not contain: ${from}`);
  return text.replace(from, () => to);
}

export const readText = (text: string, name = 'access.yaml') => readDocuments([{ name, text }]);

export function acceptedDocument(text: string): ReadAccess {
  const read = readText(text);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

/** The rules of a document, without its pinned policies and tests. */
export function accepted(text: string): CompiledAccess {
  const {
    policies: _policies,
    tests: _tests,
    references: _references,
    ...stored
  } = acceptedDocument(text).access;
  return stored;
}

/** The grants that give a role. */
export const roleGrants = (text: string): readonly StoredRoleGrant[] =>
  accepted(text).grants.flatMap(({ grant }) => ('permission' in grant ? [] : [grant]));

export const faultsOf = (text: string): readonly string[] => {
  const read = readText(text);
  return read.ok ? [] : read.error.map(({ line, path, message }) => `${line} ${path}: ${message}`);
};

/** [what is wrong, the document, the line, what the fault says] */
export type FaultCase = readonly [string, string, number, string];

export function expectFault(text: string, line: number, says: string): void {
  const faults = faultsOf(text);
  expect(faults).toContainEqual(expect.stringContaining(says));
  expect(faults.find((fault) => fault.includes(says))).toMatch(new RegExp(`^${line} `));
}
