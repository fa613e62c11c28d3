// The bill of materials (CycloneDX 1.5, JSON) of the functions and the command line: the packages whose code esbuild put into
// them, as npm describes these packages. `npm sbom` alone cannot say it: it lists everything that is installed, and `--omit dev` leaves
// out packages of the bundle that a development tool uses as well (npm 11.19 left out lodash and moment).
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** A function, or the command line as `cli`, and the folders of the packages in it, such as `node_modules/zod`. */
export interface Bundle {
  readonly name: string;
  readonly packages: readonly string[];
}

interface SbomRequest {
  readonly root: string;
  readonly bundles: readonly Bundle[];
  /** In seconds since 1970. */
  readonly epochSeconds: number;
}

const Property = z.object({ name: z.string(), value: z.string() });
const License = z.union([
  z.object({ license: z.object({ id: z.string() }) }),
  z.object({ expression: z.string() }),
]);
const Component = z.looseObject({
  'bom-ref': z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  properties: z.array(Property),
  externalReferences: z.array(z.object({ type: z.string(), url: z.string() })),
  licenses: z.array(License).optional(),
});
const Bom = z.looseObject({
  metadata: z.looseObject({ component: Component }),
  components: z.array(Component),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});
const Package = z.object({ name: z.string(), version: z.string() });

type Bom = z.infer<typeof Bom>;
export type Component = z.infer<typeof Component>;

/** Their package.json does not name the licence in SPDX's form. Read in LICENSE.txt of the one, in README.md of the other. */
const LICENSES_READ: Readonly<Record<string, string>> = {
  flatbuffers: 'Apache-2.0',
  '@darabonba/typescript': 'Apache-2.0',
};

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const DEVELOPMENT = 'cdx:npm:package:development';

function askNpm(root: string): Bom {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  const options = { cwd: root, maxBuffer: MAX_OUTPUT_BYTES, shell: process.platform === 'win32' };
  return Bom.parse(JSON.parse(execFileSync('npm', args, options).toString('utf8')));
}

/** Package, as npm names it (`zod@4.6.7`) → the names of the functions that hold its code. */
function readBundled({ root, bundles }: SbomRequest): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const bundle of bundles) {
    for (const folder of bundle.packages) {
      const { name, version } = Package.parse(
        JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')),
      );
      const ref = `${name}@${version}`;
      const functions = found.get(ref) ?? [];
      if (!functions.includes(bundle.name)) functions.push(bundle.name);
      found.set(ref, functions);
    }
  }
  return found;
}

/** A package that is there for development only got into a bundle by accident, and may be absent on another machine. */
function refuseStrangers(bundled: ReadonlyMap<string, unknown>, { components }: Bom): void {
  const isForDevelopment = ({ properties }: Component) => properties.some(({ name }) => name === DEVELOPMENT);
  const runtime = new Set(components.filter((one) => !isForDevelopment(one)).map((one) => one['bom-ref']));
  const strangers = [...bundled.keys()].filter((ref) => !runtime.has(ref));
  if (strangers.length === 0) return;
  throw new Error(`bundled, and no dependency of the service by package.json: ${strangers.join(', ')}`);
}

function describeComponent(component: Component, functions: readonly string[]): Component {
  const { name, version, licenses } = component;
  const read = LICENSES_READ[name];
  const license = licenses ?? (read === undefined ? undefined : [{ license: { id: read } }]);
  if (license === undefined)
    throw new Error(`${name} ${version} names no licence: read it and add it to LICENSES_READ`);
  return {
    ...component,
    scope: 'required',
    properties: functions.map((value) => ({ name: 'stint:function', value })),
    // Where a package was downloaded from differs between machines; purl and hash identify it. “git@host:path” is no URL.
    externalReferences: component.externalReferences.filter(
      ({ type, url }) => type !== 'distribution' && URL.canParse(url),
    ),
    licenses: license,
  };
}

const byRef = (a: { readonly ref: string }, b: { readonly ref: string }) => (a.ref < b.ref ? -1 : 1);

/** An id of RFC 9562 that follows from the content, so that the same content has the same id (version 8: vendor's own). */
function contentId(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/**
 * The same bytes for the same packages, commit and version of npm (which the document names). Throws where a bundled
 * package is unknown to npm, is for development only, or has no known licence.
 */
export function makeSbom(request: SbomRequest): string {
  const bundled = readBundled(request);
  const bom = askNpm(request.root);
  refuseStrangers(bundled, bom);
  const components = bom.components
    .filter((component) => bundled.has(component['bom-ref']))
    .map((component) => describeComponent(component, bundled.get(component['bom-ref']) ?? []));
  const known = new Set(components.map((component) => component['bom-ref']));
  const root = bom.metadata.component;
  const kept = new Set([root['bom-ref'], ...known]);
  const content = {
    ...bom,
    metadata: {
      ...bom.metadata,
      timestamp: new Date(request.epochSeconds * 1000).toISOString(),
      // npm takes the name of the folder.
      component: { ...root, name: root['bom-ref'].replace(/@[^@]*$/, '') },
    },
    components,
    dependencies: bom.dependencies
      .filter(({ ref }) => kept.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((on) => kept.has(on)).sort() }))
      .sort(byRef),
  };
  const serialNumber = `urn:uuid:${contentId(JSON.stringify({ ...content, serialNumber: '' }))}`;
  return `${JSON.stringify({ ...content, serialNumber }, undefined, 2)}\n`;
}
