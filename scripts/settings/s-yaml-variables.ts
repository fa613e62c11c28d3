// Every variable that s.yaml and s.cloudsso.yaml take from the environment: its default there, and where its value goes.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';

const Document = z.looseObject({ resources: z.record(z.string(), z.unknown()) });

export interface DeployVariable {
  readonly name: string;
  /** Empty: the setting is then unset. */
  readonly standard: string;
  /** The resources of the file that have it; `all` where a part of the file that they share has it. */
  readonly usedBy: readonly string[];
}

/** Serverless Devs' own notation. */
const VARIABLE = /\$\{env\('(\w+)', '([^']*)'\)\}/g;

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** In the order of their first use in the file. */
export function readDeployVariables(path: string): readonly DeployVariable[] {
  const { resources, ...shared } = Document.parse(parse(readFileSync(path, 'utf8')));
  const found = new Map<string, { readonly standard: string; readonly usedBy: Set<string> }>();
  for (const [user, part] of [['all', shared] as const, ...Object.entries(resources)]) {
    for (const [, name = '', standard = ''] of textsIn(part).join('\n').matchAll(VARIABLE)) {
      const variable = found.get(name) ?? { standard, usedBy: new Set<string>() };
      if (variable.standard !== standard) throw new Error(`${path}: ${name} has two defaults`);
      variable.usedBy.add(user);
      found.set(name, variable);
    }
  }
  return [...found].map(([name, { standard, usedBy }]) => ({ name, standard, usedBy: [...usedBy] }));
}
