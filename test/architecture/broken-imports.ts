// Small sources that break each import rule, and what the rule says of them.
import type { RuleName } from './import-rules.ts';

const USE = 'export const use = () => [x];';

export const BROKEN: readonly (readonly [
  RuleName,
  string,
  Readonly<Record<string, string>>,
  readonly string[],
])[] = [
  [
    'a layer imports only the layers before it, and of stages only types',
    'kernel uses ram',
    { 'shared/kernel/a.ts': `import { x } from '../ram/policy.ts'; ${USE}` },
    ['shared/kernel/a.ts imports shared/ram/policy.ts'],
  ],
  [
    'a layer imports only the layers before it, and of stages only types',
    'a stage uses an earlier stage’s verb',
    { 'shared/pipeline/compose/a.ts': `import { x } from '../decide/decide-vend.ts'; ${USE}` },
    ['shared/pipeline/compose/a.ts imports shared/pipeline/decide/decide-vend.ts'],
  ],
  [
    'a layer imports only the layers before it, and of stages only types',
    'a stage uses a verb among types',
    { 'shared/pipeline/compose/a.ts': `import { type T, x } from '../decide/decide-vend.ts'; ${USE}` },
    ['shared/pipeline/compose/a.ts imports shared/pipeline/decide/decide-vend.ts'],
  ],
  [
    'a layer imports only the layers before it, and of stages only types',
    'a stage runs policy tests, and a policy test asks the cloud',
    {
      'shared/pipeline/decide/a.ts': `import { x } from '../../policy-tests/run-policy-tests.ts'; ${USE}`,
      'shared/policy-tests/a.ts': `import { x } from '../pipeline/assume/assume-role.ts'; ${USE}`,
      'shared/policy-tests/b.ts': `import { x } from '../pipeline/decide/decide-vend.ts'; ${USE}`,
    },
    [
      'shared/pipeline/decide/a.ts imports shared/policy-tests/run-policy-tests.ts',
      'shared/policy-tests/a.ts imports shared/pipeline/assume/assume-role.ts',
    ],
  ],
  [
    'a layer imports only the layers before it, and of stages only types',
    'a stage knows a later stage',
    {
      'shared/pipeline/grants/a.ts':
        "import type {\n  X,\n} from '../audit/audit-event.ts';\nexport type Y = X;",
    },
    ['shared/pipeline/grants/a.ts imports types of shared/pipeline/audit/audit-event.ts'],
  ],
  [
    'a layer imports only the layers before it, and of stages only types',
    'a stage passes on a later stage’s types',
    { 'shared/pipeline/grants/a.ts': "export type { X } from '../audit/audit-event.ts';" },
    ['shared/pipeline/grants/a.ts imports types of shared/pipeline/audit/audit-event.ts'],
  ],
  [
    'a layer imports only the layers before it, and of stages only types',
    'a stage uses an adapter',
    {
      'shared/pipeline/assume/a.ts': `import { x } from '../../adapters/alibaba-cloud/sts-client.ts'; ${USE}`,
    },
    ['shared/pipeline/assume/a.ts imports shared/adapters/alibaba-cloud/sts-client.ts'],
  ],
  [
    'shared/ has no other folders and files than the layers',
    'a folder for everything',
    { 'shared/helpers/a.ts': 'export const a = 1;', 'shared/config.ts': 'export const b = 1;' },
    ['shared/helpers/a.ts'],
  ],
  [
    'what is deployed never imports local/, clients/, test/ or scripts/',
    'the service knows the local cloud',
    { 'functions/vend/a.ts': "import type { X } from '../../local/iam/identity.ts'; export type Y = X;" },
    ['functions/vend/a.ts imports types of local/iam/identity.ts'],
  ],
  [
    'one function never imports another',
    'admin uses vend',
    { 'functions/admin/app.ts': `import { x } from '../vend/app.ts'; ${USE}` },
    ['functions/admin/app.ts imports functions/vend/app.ts'],
  ],
  [
    'shared/ never imports a function',
    'the domain knows a function',
    { 'shared/http/a.ts': `import { x } from '../../functions/vend/request-schemas.ts'; ${USE}` },
    ['shared/http/a.ts imports functions/vend/request-schemas.ts'],
  ],
  [
    'only an entry point chooses adapters',
    'the app builds a client',
    {
      'functions/vend/app.ts': `import { x } from '../../shared/adapters/alibaba-cloud/sts-client.ts'; ${USE}`,
      'functions/vend/index.ts': `import { x } from '../../shared/adapters/alibaba-cloud/sts-client.ts'; ${USE}`,
    },
    ['functions/vend/app.ts imports shared/adapters/alibaba-cloud/sts-client.ts'],
  ],
  [
    'nothing imports an entry point of a function',
    'a script starts the service by importing it',
    { 'scripts/a.ts': "import '../functions/vend/index.ts';" },
    ['scripts/a.ts imports functions/vend/index.ts'],
  ],
  [
    'nothing but tests imports tests',
    'the local cloud uses a fake',
    { 'local/a.ts': `import { x } from '../test/support/fakes.ts'; ${USE}` },
    ['local/a.ts imports test/support/fakes.ts'],
  ],
  [
    'a kind of caller knows no other kind',
    'one kind reads the other’s claims, by its types as well',
    {
      'shared/pipeline/authenticate/assertion/a.ts': `import { x } from '../oidc/b.ts'; ${USE}`,
      'shared/pipeline/authenticate/oidc/a.ts':
        "import type { X } from '../assertion/a.ts'; export type Y = X;",
      'shared/pipeline/authenticate/oidc/b.ts': `import { x } from '../principal.ts'; import { y } from './c.ts'; ${USE}`,
    },
    [
      'shared/pipeline/authenticate/assertion/a.ts imports shared/pipeline/authenticate/oidc/b.ts',
      'shared/pipeline/authenticate/oidc/a.ts imports types of shared/pipeline/authenticate/assertion/a.ts',
    ],
  ],
  [
    'hono is used in functions/ and shared/http/ alone',
    'a stage reads a request',
    {
      'shared/pipeline/authenticate/a.ts': "import type { Context } from 'hono'; export type Y = Context;",
      'shared/http/a.ts': "import type { Context } from 'hono'; export type Y = Context;",
    },
    ['shared/pipeline/authenticate/a.ts imports types of hono'],
  ],
  [
    'vendor SDKs are used in shared/adapters/ alone',
    'a stage and a function talk to the cloud',
    {
      'shared/pipeline/assume/a.ts': `import x from '@alicloud/sts20150401'; ${USE}`,
      'functions/vend/a.ts': "export const a = () => import('tablestore/lib/x.js');",
      'shared/adapters/a.ts': `import x from '@darabonba/typescript'; ${USE}`,
    },
    [
      'shared/pipeline/assume/a.ts imports @alicloud/sts20150401',
      'functions/vend/a.ts imports tablestore/lib/x.js',
    ],
  ],
  [
    'the RAM SDK is the command line’s and sweep’s: no function that requests reach brings it along',
    'an adapter that a function reaches through another',
    {
      'functions/vend/index.ts': "import { x } from '../../shared/adapters/a.ts';\nx();",
      'functions/sweep/index.ts': "import { use } from '../../shared/adapters/c.ts'; use();",
      'shared/adapters/a.ts':
        "import type { Y } from './c.ts';\nexport const x = (): Promise<Y> => import('./b.ts');",
      'shared/adapters/b.ts': `import x from '@alicloud/ram20150501'; ${USE}`,
      'shared/adapters/c.ts': `import x from '@alicloud/ram20150501'; ${USE} export type Y = unknown;`,
      'clients/cli/a.ts': "import { use } from '../../shared/adapters/c.ts'; use();",
    },
    ['shared/adapters/b.ts imports @alicloud/ram20150501'],
  ],
  [
    'the SDK of Function Compute is the command line’s: no function brings it along',
    'an adapter of sweep, and one of the command line',
    {
      'functions/sweep/index.ts': "import { use } from '../../shared/adapters/a.ts'; use();",
      'shared/adapters/a.ts': `import x from '@alicloud/fc20230330'; ${USE}`,
      'shared/adapters/b.ts': `import x from '@alicloud/fc20230330'; ${USE}`,
      'clients/cli/a.ts': "import { use } from '../../shared/adapters/b.ts'; use();",
    },
    ['shared/adapters/a.ts imports @alicloud/fc20230330'],
  ],
  [
    'jose is used by authenticate, its key source and login alone',
    'another adapter, and the kernel',
    {
      'shared/adapters/alibaba-cloud/sts-client.ts': `import { x } from 'jose'; ${USE}`,
      'shared/kernel/clock.ts': `import { x } from 'jose'; ${USE}`,
      'shared/pipeline/authenticate/a.ts': `import { x } from 'jose'; ${USE}`,
    },
    ['shared/adapters/alibaba-cloud/sts-client.ts imports jose', 'shared/kernel/clock.ts imports jose'],
  ],
  [
    'openid-client is used in login’s OIDC part and the command line’s sign-in alone, and a connection’s kind knows no other kind',
    'the portal asks a provider, and SAML uses what is OIDC’s',
    {
      'functions/login/portal/a.ts': `import { x } from 'openid-client'; ${USE}`,
      'functions/login/sign-on-oidc/a.ts': `import { x } from 'openid-client'; ${USE}`,
      'functions/login/sign-on-saml/a.ts': `import { x } from '../sign-on-oidc/a.ts'; ${USE}`,
      'clients/cli/sign-in/oauth/a.ts': `import { x } from 'openid-client'; ${USE}`,
      'clients/cli/sign-in/a.ts': `import { x } from 'openid-client'; ${USE}`,
    },
    [
      'functions/login/portal/a.ts imports openid-client',
      'clients/cli/sign-in/a.ts imports openid-client',
      'functions/login/sign-on-saml/a.ts imports functions/login/sign-on-oidc/a.ts',
    ],
  ],
  [
    'XML is read in login’s SAML part alone: vend never brings a parser along',
    'vend, an adapter, and a part of login that is not SAML’s',
    {
      'functions/vend/a.ts': `import { x } from '@node-saml/node-saml'; ${USE}`,
      'shared/adapters/a.ts': `import { x } from '@xmldom/xmldom'; ${USE}`,
      'functions/login/sign-on-oidc/a.ts': "import type { X } from 'xml-crypto'; export type Y = X;",
      'functions/login/sign-on-saml/a.ts': `import { x } from 'xml-crypto'; ${USE}`,
    },
    [
      'functions/vend/a.ts imports @node-saml/node-saml',
      'shared/adapters/a.ts imports @xmldom/xmldom',
      'functions/login/sign-on-oidc/a.ts imports types of xml-crypto',
    ],
  ],
  [
    'ram/, decide/ and compose/ use no I/O',
    'the evaluator reads a file',
    {
      'shared/ram/a.ts': `import { x } from 'node:fs/promises'; ${USE}`,
      'shared/pipeline/compose/a.ts': `import x from 'http'; ${USE}`,
    },
    ['shared/ram/a.ts imports node:fs/promises', 'shared/pipeline/compose/a.ts imports http'],
  ],
  [
    'ram/, decide/ and compose/ are synchronous',
    'each way to wait',
    {
      'shared/ram/a.ts': 'export async function a() {}',
      'shared/pipeline/decide/b.ts': 'export const b = (f: () => void) => setTimeout(f, 1);',
      'shared/pipeline/compose/c.ts': 'export const c = () => Promise.resolve(1);',
      'shared/pipeline/compose/d.ts': '// async\nexport type D = Promise<string>;\nexport const d = 1;',
      'shared/pipeline/grants/e.ts': 'export async function e() {}',
    },
    ['shared/ram/a.ts', 'shared/pipeline/decide/b.ts', 'shared/pipeline/compose/c.ts'],
  ],
  [
    'ram/, decide/ and compose/ ask neither clock, chance nor process',
    'each way to ask',
    {
      'shared/pipeline/decide/a.ts': 'export const a = () => Date.now();',
      'shared/pipeline/decide/b.ts': 'export const b = () => new Date();',
      'shared/pipeline/decide/c.ts': 'export const c = () => Math.random();',
      'shared/pipeline/decide/d.ts': "export const d = () => process.platform === 'linux';",
      'shared/pipeline/decide/e.ts': 'export const e = (at: number) => new Date(at);',
    },
    [
      'shared/pipeline/decide/a.ts',
      'shared/pipeline/decide/b.ts',
      'shared/pipeline/decide/c.ts',
      'shared/pipeline/decide/d.ts',
    ],
  ],
  [
    'only an entry point reads the environment',
    'a stage and an adapter read it',
    {
      'shared/pipeline/authenticate/a.ts': "export const a = () => process.env['X'];",
      'shared/adapters/b.ts': "export const b = () => process['env'];",
      'functions/vend/index.ts': "export const c = () => process.env['X'];",
      'local/d.ts': "export const d = () => process.env['X'];",
    },
    ['shared/pipeline/authenticate/a.ts', 'shared/adapters/b.ts'],
  ],
  [
    'importing a file has no effect, but for an entry point',
    'a call, an assignment, a wait and a branch',
    {
      'shared/config.ts': 'export const a = () => 1;\na();',
      'shared/kernel/failure.ts': 'export let a = 1;\na = 2;',
      'shared/kernel/a.ts': 'const f = async () => 1;\nawait f();\nexport { f };',
      'shared/kernel/b.ts': 'export const b = () => 1;\nif (b()) b();',
      'shared/kernel/c.ts': 'export class C {\n  x = 1;\n}\nexport const c = `\nline`;',
      'functions/vend/index.ts': 'const start = () => 1;\nstart();',
    },
    ['shared/config.ts', 'shared/kernel/failure.ts', 'shared/kernel/a.ts', 'shared/kernel/b.ts'],
  ],
  [
    'no two folders import each other',
    'siblings by a type, and a folder with one inside its sibling; the shortest circle is named',
    {
      'shared/rules/a.ts': "import type { X } from '../identity/b.ts'; export type Y = X;",
      'shared/identity/b.ts': "import type { Z } from '../rules/deep/c.ts'; export type X = Z;",
      'shared/rules/deep/c.ts': 'export type Z = 1;',
      'shared/ram/d.ts': "import type { E } from './e/f.ts'; export type D = E;",
      'shared/ram/e/f.ts': 'export type E = 1;',
      'functions/login/ui/a.ts': "import type { B } from '../paths/b.ts'; export type A = B;",
      'functions/login/paths/b.ts': "import type { C } from '../keys/c.ts'; export type B = C;",
      'functions/login/keys/c.ts': "import type { A } from '../ui/a.ts'; export type C = A;",
    },
    [
      'functions/login/keys → functions/login/ui (functions/login/keys/c.ts imports functions/login/ui/a.ts)',
      'functions/login/ui → functions/login/paths (functions/login/ui/a.ts imports functions/login/paths/b.ts)',
      'functions/login/paths → functions/login/keys (functions/login/paths/b.ts imports functions/login/keys/c.ts)',
      'shared/identity → shared/rules (shared/identity/b.ts imports shared/rules/deep/c.ts)',
      'shared/rules → shared/identity (shared/rules/a.ts imports shared/identity/b.ts)',
    ],
  ],
  [
    'there are no import cycles',
    'three files in a ring, by a type as well',
    {
      'shared/ram/a.ts': `import { x } from './b.ts'; ${USE}`,
      'shared/ram/b.ts': "import type { C } from './c.ts'; export type B = C; export const x = 1;",
      'shared/ram/c.ts': "import type { use } from './a.ts'; export type C = typeof use;",
      'shared/ram/d.ts': `import { x } from './a.ts'; ${USE}`,
    },
    ['shared/ram/a.ts → shared/ram/b.ts → shared/ram/c.ts → shared/ram/a.ts'],
  ],
];
