// The order of keys in a tidy access document: that of the schema, and of RAM's own documentation within a policy.
import { AccessTest } from '../document/access-test.ts';
import { AccessDocument, GrantEntry } from '../document/document.ts';
import { Provider } from '../document/provider.ts';
import { SessionPolicyTemplate } from '../document/stored-grant.ts';
import { OidcConnection } from '../sign-on/oidc-connection.ts';
import { PasskeyLimits, SessionLimits, SignOn } from '../sign-on/sign-on.ts';
import { Constraints } from '../values/constraints.ts';
import { Role } from '../values/role.ts';

export interface KeyLayout {
  readonly keys: readonly string[];
  /** Of the value of a key, or of each item of its list. */
  readonly within?: Readonly<Record<string, KeyLayout>>;
}

const POLICY: KeyLayout = {
  keys: ['Version', 'Statement'],
  within: { Statement: { keys: ['Effect', 'Action', 'NotAction', 'Resource', 'Condition'] } },
};

/** Of every kind together, each in its own order: no two kinds give one key another place. */
const keysOfAll = (kinds: readonly { readonly shape: object }[]): readonly string[] => [
  ...new Set(kinds.flatMap(({ shape }) => Object.keys(shape))),
];

const GRANT: KeyLayout = {
  keys: Object.keys(GrantEntry.shape),
  within: {
    to: { keys: ['provider', 'subject', 'group', 'anyone'] },
    sessionPolicy: { keys: Object.keys(SessionPolicyTemplate.shape), within: { document: POLICY } },
    constraints: { keys: Object.keys(Constraints.shape) },
  },
};

export const KEY_LAYOUT: KeyLayout = {
  keys: Object.keys(AccessDocument.shape),
  within: {
    providers: { keys: keysOfAll(Provider.options) },
    roles: { keys: Object.keys(Role.shape) },
    grants: GRANT,
    signOn: {
      keys: Object.keys(SignOn.shape),
      within: {
        sessions: { keys: Object.keys(SessionLimits.shape) },
        passkeys: { keys: Object.keys(PasskeyLimits.shape) },
        connections: { keys: Object.keys(OidcConnection.shape) },
      },
    },
    tests: {
      keys: Object.keys(AccessTest.shape),
      within: { as: { keys: Object.keys(AccessTest.shape.as.shape) } },
    },
  },
};
