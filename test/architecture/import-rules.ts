// The import rules of design/architecture.md, each a function from the module graph to what breaks it.
import { folderCircles } from './folder-circles.ts';
import { layerOf, mayImport, SHARED_LAYERS } from './layers.ts';
import type { Import, Module, ModuleGraph } from './module-graph.ts';

export type Rule = (graph: ModuleGraph) => readonly string[];

const isDeployed = (path: string): boolean => /^(?:functions|shared)\//.test(path);
const isEntry = (path: string): boolean => /^functions\/[^/]+\/index\.ts$/.test(path);
/** What a page loads: bundled by itself, and nothing imports it. */
const isPageScript = (path: string): boolean => path === 'functions/login/ui/browser/main.ts';
const isOwn = (target: string): boolean => /^(?:functions|shared|clients|local|test|scripts)\//.test(target);
const isPackage = (name: string) => (target: string) => target === name || target.startsWith(`${name}/`);

function eachImport(breaks: (module: Module, found: Import) => boolean): Rule {
  return (graph) =>
    [...graph.values()].flatMap((module) =>
      module.imports
        .filter((found) => breaks(module, found))
        .map(({ target, typeOnly }) => `${module.path} imports ${typeOnly ? 'types of ' : ''}${target}`),
    );
}

const eachModule =
  (breaks: (module: Module) => boolean): Rule =>
  (graph) =>
    [...graph.values()].filter(breaks).map(({ path }) => path);

const packageOnlyIn = (packages: readonly string[], allowed: RegExp, typesAllowed = /^$/) =>
  eachImport(({ path }, { target, typeOnly }) => {
    if (!/^(?:functions|shared|clients)\//.test(path)) return false;
    if (!packages.some((name) => isPackage(name)(target))) return false;
    return !(allowed.test(path) || (typeOnly && typesAllowed.test(path)));
  });

/** A folder in authenticate/ is a kind of caller. */
const KIND = /^shared\/pipeline\/authenticate\/[^/]+\//;
const kindOf = (path: string): string | undefined => KIND.exec(path)?.[0];

const PURE = /^shared\/(?:ram|pipeline\/(?:decide|compose))\//;
const PURE_PACKAGES = /^(?:node:)?(?:http|https|net|dns|tls|fs|child_process|worker_threads|timers)(?:\/|$)/;
const IMPURE_CODE = /\basync\b|\bawait\b|\bPromise\b|\bfetch\(|\bset(?:Timeout|Interval|Immediate)\b/;
const WORLD =
  /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|\bMath\.random\b|\brandomUUID\b|\bprocess\b|\bperformance\b/;

/** esbuild puts declarations behind these; anything else that starts a line is done on import. */
const DONE_ON_IMPORT = /^(?!(?:import|export|var|let|const|function|async function|class)\b|[\s})\]/]|$)/m;

const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');

/** Every way from a module back to itself, named once, from its first path in the alphabet. */
const noCycles: Rule = (graph) => {
  const cycles = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, route: readonly string[]): void => {
    const start = route.indexOf(path);
    if (start >= 0) cycles.add([...route.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const { target } of graph.get(path)?.imports ?? []) visit(target, [...route, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return [...cycles];
};

/** What the entry points bring with them, directly or not. */
function deployedWith(graph: ModuleGraph, entries: RegExp): readonly Module[] {
  const reached = new Set([...graph.keys()].filter((path) => isEntry(path) && entries.test(path)));
  for (const path of reached) {
    for (const { target, typeOnly } of graph.get(path)?.imports ?? []) {
      if (!typeOnly && graph.has(target)) reached.add(target);
    }
  }
  return [...graph.values()].filter(({ path }) => reached.has(path));
}

/** `entries`: of which functions; all of them, unless it is given. */
const neverDeployed =
  (name: string, entries = /^/): Rule =>
  (graph) =>
    deployedWith(graph, entries).flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => isPackage(name)(target))
        .map(({ target }) => `${path} imports ${target}`),
    );

export const RULES = {
  'a layer imports only the layers before it, and of stages only types': eachImport(
    ({ path }, { target, typeOnly }) => isOwn(target) && !mayImport(layerOf(path), layerOf(target), typeOnly),
  ),
  'shared/ has no other folders and files than the layers': eachModule(
    ({ path }) => path.startsWith('shared/') && !SHARED_LAYERS.includes(layerOf(path)),
  ),
  'what is deployed never imports local/, clients/, test/ or scripts/': eachImport(
    ({ path }, { target }) => isDeployed(path) && /^(?:local|clients|test|scripts)\//.test(target),
  ),
  'one function never imports another': eachImport(
    ({ path }, { target }) =>
      path.startsWith('functions/') && target.startsWith('functions/') && folderOf(path) !== folderOf(target),
  ),
  'shared/ never imports a function': eachImport(
    ({ path }, { target }) => path.startsWith('shared/') && target.startsWith('functions/'),
  ),
  'only an entry point chooses adapters': eachImport(
    ({ path }, { target }) =>
      path.startsWith('functions/') && !isEntry(path) && target.startsWith('shared/adapters/'),
  ),
  'nothing imports an entry point of a function': eachImport(
    (_, { target }) => isEntry(target) || isPageScript(target),
  ),
  'nothing but tests imports tests': eachImport(
    ({ path }, { target }) => !path.startsWith('test/') && target.startsWith('test/'),
  ),
  'a kind of caller knows no other kind': eachImport(
    ({ path }, { target }) => KIND.test(path) && KIND.test(target) && kindOf(path) !== kindOf(target),
  ),
  'hono is used in functions/ and shared/http/ alone': packageOnlyIn(
    ['hono', '@hono/node-server'],
    /^(?:functions|shared\/http)\//,
  ),
  'vendor SDKs are used in shared/adapters/ alone': packageOnlyIn(
    ['tablestore', '@alicloud', '@darabonba'],
    /^shared\/adapters\//,
  ),
  'the RAM SDK is the command line’s and sweep’s: no function that requests reach brings it along':
    neverDeployed('@alicloud/ram20150501', /^functions\/(?!sweep\/)/),
  'the SDK of Function Compute is the command line’s: no function brings it along':
    neverDeployed('@alicloud/fc20230330'),
  'jose is used by authenticate, its key source and login alone': packageOnlyIn(
    ['jose'],
    /^(?:shared\/(?:identity\/|pipeline\/authenticate\/|adapters\/issuer-keys\/)|functions\/login\/)/,
    /^shared\/ports\.ts$/,
  ),
  'openid-client is used in login’s OIDC part and the command line’s sign-in alone, and a connection’s kind knows no other kind':
    (graph) => [
      ...packageOnlyIn(
        ['openid-client'],
        /^(?:functions\/login\/sign-on-oidc\/|clients\/cli\/sign-in\/oauth\/)/,
      )(graph),
      ...eachImport(
        ({ path }, { target }) =>
          /^functions\/login\/sign-on-(?:oidc|saml|passkeys)\//.test(path) &&
          /^functions\/login\/sign-on-(?:oidc|saml|passkeys)\//.test(target) &&
          path.split('/')[2] !== target.split('/')[2],
      )(graph),
    ],
  'XML is read in login’s SAML part alone: vend never brings a parser along': packageOnlyIn(
    ['@node-saml/node-saml', 'xml-crypto', '@xmldom/xmldom', 'xml-encryption', 'xml2js', 'xpath'],
    /^functions\/login\/sign-on-saml\//,
  ),
  'ram/, decide/ and compose/ use no I/O': eachImport(
    ({ path }, { target }) => PURE.test(path) && PURE_PACKAGES.test(target),
  ),
  'ram/, decide/ and compose/ are synchronous': eachModule(
    ({ path, code }) => PURE.test(path) && IMPURE_CODE.test(code),
  ),
  'ram/, decide/ and compose/ ask neither clock, chance nor process': eachModule(
    ({ path, code }) => PURE.test(path) && WORLD.test(code),
  ),
  'only an entry point reads the environment': eachModule(
    ({ path, code }) => isDeployed(path) && !isEntry(path) && /\bprocess\s*(?:\.env\b|\[)/.test(code),
  ),
  'importing a file has no effect, but for an entry point': eachModule(
    ({ path, code }) =>
      isDeployed(path) && !isEntry(path) && !isPageScript(path) && DONE_ON_IMPORT.test(code),
  ),
  'no two folders import each other': folderCircles,
  'there are no import cycles': noCycles,
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof RULES;
