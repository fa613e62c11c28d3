// The layers of design/architecture.md, and what each may import. A file's place decides its layer.
import { STAGES } from '../../shared/pipeline/stages.ts';

/** As basic as the kernel: every layer may know the list. */
const STAGES_FILE = 'shared/pipeline/stages.ts';

const FOLDERS = [
  'kernel',
  'ram',
  'rules',
  'identity',
  'people',
  ...STAGES,
  'pipeline',
  'policy-tests',
  'checks',
  'http',
  'adapters',
] as const;
const FILES = ['config'] as const;

export type Layer = (typeof FOLDERS)[number] | (typeof FILES)[number] | 'functions' | 'outside';

const CORE: readonly Layer[] = ['kernel', 'ram', 'rules'];

interface Reach {
  /** Layers whose values may be used. */
  readonly values: readonly Layer[];
  /** Layers of which only types may be used. */
  readonly types: readonly Layer[];
}

/** A stage knows the types of those before it, and the verbs of none. */
const stageReach = (stage: (typeof STAGES)[number]): Reach => ({
  values: [...CORE, 'identity', stage],
  types: STAGES.slice(0, STAGES.indexOf(stage)),
});

const REACH: Readonly<Record<Exclude<Layer, 'functions' | 'outside'>, Reach>> = {
  kernel: { values: ['kernel'], types: [] },
  ram: { values: ['kernel', 'ram'], types: [] },
  rules: { values: ['kernel', 'ram', 'rules'], types: [] },
  identity: { values: [...CORE, 'identity'], types: [] },
  people: { values: ['kernel', 'people'], types: [] },
  config: { values: ['kernel'], types: [] },
  authenticate: stageReach('authenticate'),
  limit: stageReach('limit'),
  grants: stageReach('grants'),
  decide: stageReach('decide'),
  compose: stageReach('compose'),
  assume: stageReach('assume'),
  audit: { ...stageReach('audit'), types: ['people', ...STAGES.slice(0, -1)] },
  // Joins the verbs of the stages; it stops before a cloud is asked.
  pipeline: { values: [...CORE, 'identity', 'grants', 'decide', 'compose', 'pipeline'], types: STAGES },
  'policy-tests': {
    values: [...CORE, 'identity', 'authenticate', 'decide', 'pipeline', 'policy-tests'],
    types: ['grants'],
  },
  checks: { values: [...CORE, 'checks'], types: [] },
  http: { values: ['kernel', 'http'], types: [...STAGES] },
  adapters: { values: [...CORE, 'identity', 'people', 'adapters'], types: ['checks', 'http', ...STAGES] },
};

export const SHARED_LAYERS: readonly Layer[] = [...FOLDERS, ...FILES];

/** Each stage is a folder of the pipeline, and a layer by itself; the files beside these folders are the layer that joins them. */
export function layerOf(path: string): Layer {
  const [top, second = '', third = ''] = path.split('/');
  if (top === 'functions') return 'functions';
  if (path === STAGES_FILE) return 'kernel';
  if (/^shared\/pipeline\/[\w-]+\.ts$/.test(path)) return 'pipeline';
  const name = second === 'pipeline' ? third : second.replace(/\.ts$/, '');
  const isStage = STAGES.some((stage) => stage === name);
  if (isStage !== (second === 'pipeline')) return 'outside';
  return (top === 'shared' && SHARED_LAYERS.find((layer) => layer === name)) || 'outside';
}

export function mayImport(from: Layer, to: Layer, typeOnly: boolean): boolean {
  if (from === 'outside') return true;
  if (from === 'functions') return to !== 'outside';
  const { values, types } = REACH[from];
  return values.includes(to) || (typeOnly && types.includes(to));
}
