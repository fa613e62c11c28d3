// What kubelet makes of a pod before its containers start: the files of its projected tokens and secrets, and the environment and
// arguments of each container. The file system is a folder: paths that the manifest mounts lead into it.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

const EnvVar = z.union([
  z.strictObject({ name: z.string(), value: z.string() }),
  z.strictObject({
    name: z.string(),
    valueFrom: z.strictObject({ secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }) }),
  }),
]);
const Container = z.object({
  name: z.string(),
  args: z.array(z.string()).default([]),
  env: z.array(EnvVar).default([]),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
});
const ServiceAccountToken = z.strictObject({
  path: z.string(),
  audience: z.string(),
  expirationSeconds: z.number(),
});
const Volume = z.union([
  z.strictObject({
    name: z.string(),
    projected: z.strictObject({
      sources: z.array(z.strictObject({ serviceAccountToken: ServiceAccountToken })),
    }),
  }),
  z.strictObject({
    name: z.string(),
    secret: z.strictObject({ secretName: z.string(), defaultMode: z.number() }),
  }),
]);
const Pod = z.object({
  apiVersion: z.literal('v1'),
  kind: z.literal('Pod'),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    serviceAccountName: z.string(),
    initContainers: z.array(Container).default([]),
    containers: z.array(Container),
    volumes: z.array(Volume),
  }),
});
type Container = z.infer<typeof Container>;
type Volume = z.infer<typeof Volume>;

/** As the TokenRequest API is asked for it. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audience: string;
  readonly expirationSeconds: number;
}

interface Cluster {
  /** Empty. */
  readonly folder: string;
  readonly giveToken: (request: TokenRequest) => string;
  /** Name → key → value. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface StartedContainer {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** As kubelet writes a volume: the files are links into a folder that it replaces as a whole. */
function writeVolume(folder: string, files: Readonly<Record<string, string>>, mode: number): void {
  const version = join(folder, '..2026_03_01_12_00_00.1234567890');
  mkdirSync(version, { recursive: true });
  symlinkSync('..2026_03_01_12_00_00.1234567890', join(folder, '..data'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(version, name)), { recursive: true });
    writeFileSync(join(version, name), content, { mode });
    symlinkSync(join('..data', name), join(folder, name));
  }
}

/** The containers of a manifest by their names. Throws where it has what this kubelet does not know. */
export function startPod(manifest: unknown, cluster: Cluster): ReadonlyMap<string, StartedContainer> {
  const { metadata, spec } = Pod.parse(manifest);
  const { secrets = {} } = cluster;

  function filesOf(volume: Volume): readonly [Readonly<Record<string, string>>, number] {
    if ('secret' in volume) return [secrets[volume.secret.secretName] ?? {}, volume.secret.defaultMode];
    const about = { namespace: metadata.namespace, serviceAccount: spec.serviceAccountName };
    const tokens = volume.projected.sources.map(({ serviceAccountToken: { path, ...asked } }) => [
      path,
      cluster.giveToken({ ...about, ...asked }),
    ]);
    return [Object.fromEntries(tokens), 0o644];
  }

  for (const volume of spec.volumes) writeVolume(join(cluster.folder, volume.name), ...filesOf(volume));

  function start({ args, env, volumeMounts }: Container): StartedContainer {
    const place = (text: string): string =>
      volumeMounts.reduce(
        (all, { name, mountPath }) => all.replaceAll(`${mountPath}/`, `${join(cluster.folder, name)}/`),
        text,
      );
    const values: Record<string, string> = {};
    for (const variable of env) {
      const value =
        'value' in variable
          ? variable.value.replaceAll(/\$\((\w+)\)/g, (whole, name: string) => values[name] ?? whole)
          : secrets[variable.valueFrom.secretKeyRef.name]?.[variable.valueFrom.secretKeyRef.key];
      if (value === undefined) throw new Error(`${variable.name}: no such secret`);
      values[variable.name] = value;
    }
    const placed = Object.entries(values).map(([name, value]) => [name, place(value)]);
    return { args: args.map(place), env: Object.fromEntries(placed) };
  }
  return new Map([...spec.initContainers, ...spec.containers].map((one) => [one.name, start(one)]));
}
