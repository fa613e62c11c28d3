// A plan and its outcome as lines for a person, and as JSON for programs. Policies are shown in full: they are what a person is
// asked to agree to.
import { showable } from '../../../shared/kernel/showable.ts';
import type { StepOutcome } from './execute-plan.ts';
import { explainCloudFault } from './explain-setup-fault.ts';
import type { SetupPlan, Step } from './plan-setup.ts';
import { differenceOf, type FoundResource, type Resource } from './resource.ts';
import type { SetupFault } from './setup-cloud.ts';

const NAMES: Readonly<Record<Resource['kind'], string>> = {
  settings: 'settings file',
  instance: 'Tablestore instance',
  table: 'table',
  rules: 'rules',
  role: 'RAM role',
  policy: 'RAM policy',
  attachment: 'attachment of policy',
  'log-project': 'log project',
  'log-store': 'log store',
  'log-index': 'index of log store',
  'log-dashboard': 'log dashboard',
  'log-alert': 'log alert',
};

const nameOf = ({ kind, name }: Resource): string => `${NAMES[kind]} ${showable(name)}`;

/** What RAM has may be another's text. */
const indent = (text: string): readonly string[] =>
  text.split('\n').map((line) => `      ${showable(line.trimEnd())}`);

/** What a person must see of it before agreeing. Settings hold no secret. */
function detailsOf(resource: Resource): readonly string[] {
  switch (resource.kind) {
    case 'settings':
      return Object.entries(resource.values).map(([name, value]) => `      ${name}=${showable(value)}`);
    case 'role':
      return indent(`trust policy: ${JSON.stringify(resource.trust)}`);
    case 'policy':
      return indent(JSON.stringify(resource.document, null, 2));
    case 'table':
      return resource.keepSeconds === undefined
        ? []
        : [`      rows expire after ${resource.keepSeconds} seconds`];
    case 'rules':
      return ['      they give nothing to any caller'];
    case 'log-store':
      return [`      logs are kept for ${resource.days} days`];
    default:
      return [];
  }
}

const SIGNS = { create: '+', change: '~', remove: '-' } as const;

function stepLines(step: Step): readonly string[] {
  const head = `  ${SIGNS[step.do]} ${nameOf(step.resource)}`;
  if (step.do === 'remove')
    return [`${head}${step.adopted ? ', which was there before setup took it over' : ''}`];
  if (step.do === 'create') return [head, ...detailsOf(step.resource)];
  const taken = step.takeOver && step.resource.kind !== 'settings' ? ', which setup did not make' : '';
  return [
    `${head}: another ${differenceOf(step.resource, step.from)}${taken}`,
    '    now:',
    ...detailsOf(step.from),
    '    then:',
    ...detailsOf(step.resource),
  ];
}

const originText = ({ made, adopted }: FoundResource): string =>
  made ? '' : adopted ? ', taken over by setup' : ', not made by setup';

export function planLines({ steps, kept, conflicts }: SetupPlan): readonly string[] {
  return [
    ...kept.map((one) => `    ${nameOf(one.resource)}: there${originText(one)}`),
    ...steps.flatMap(stepLines),
    ...conflicts.flatMap(({ resource, from, difference }) => [
      `  ! ${nameOf(resource)}: has another ${difference}, and setup did not make it`,
      '    it has:',
      ...detailsOf(from),
      '    setup wants:',
      ...detailsOf(resource),
    ]),
  ];
}

/** Where --adopt does not help. */
const CANNOT_CHANGE = 'primary key';

export const conflictHelp = ({ conflicts }: SetupPlan): string =>
  conflicts.some(({ difference }) => difference === CANNOT_CHANGE)
    ? 'Nothing was changed. A primary key cannot be changed: name another instance with --instance.'
    : 'Nothing was changed. Rename what is in the way, or let setup change it: --adopt.';

export const explainSetupFault = (fault: SetupFault): string =>
  fault.kind === 'file'
    ? `${fault.file}: ${fault.code}: check the file, its owner and its mode`
    : explainCloudFault(fault);

const VERBS = { create: 'create', change: 'change', remove: 'remove' } as const;

export const progressLine = (step: Step, number: number, total: number, waits: boolean): string =>
  waits
    ? `[${number}/${total}] waits: ${nameOf(step.resource)} is not ready yet`
    : `[${number}/${total}] ${VERBS[step.do]} ${nameOf(step.resource)}`;

/** What was not done, and why. */
export const failureLines = (outcomes: readonly StepOutcome[]): readonly string[] =>
  outcomes.flatMap((outcome) => {
    const what = `${outcome.step.do} ${nameOf(outcome.step.resource)}`;
    if (outcome.state === 'failed') return [`not done: ${what}: ${explainSetupFault(outcome.fault)}`];
    return outcome.state === 'blocked' ? [`not tried: ${what}: it waits for ${outcome.needs}`] : [];
  });

export const stepAsJson = (step: Step) => ({
  do: step.do,
  ...step.resource,
  ...(step.do === 'remove' && step.adopted ? { adopted: true } : {}),
});

export function outcomeAsJson(outcome: StepOutcome): object {
  const { step, state } = outcome;
  const why =
    state === 'failed' ? { fault: outcome.fault } : state === 'blocked' ? { needs: outcome.needs } : {};
  return { ...stepAsJson(step), state, ...why };
}
