// Guarantees: a plan's steps lead from what is found to what is desired, in an order that works, and a second plan is empty; what
// others made is changed only where setup is told to.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRemoval, planSetup, type Step } from '../../../../clients/cli/setup/plan-setup.ts';
import {
  dependenciesOf,
  differenceOf,
  type FoundResource,
  type FoundState,
  idOf,
  type Resource,
} from '../../../../clients/cli/setup/resource.ts';

const trustOf = (service: string) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: [service] } }],
});
const policyOf = (action: string) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

/** Each as it is desired, and as it may be found. */
const POOL: readonly (readonly Resource[])[] = [
  ['a', 'b'].map((value) => ({ kind: 'settings', name: 'deployment.env', values: { A: value } })),
  [{ kind: 'instance', name: 'stint' }],
  [undefined, 60].map((keepSeconds) => ({ kind: 'table', name: 'access', key: ['principal'], keepSeconds })),
  [60, undefined].map((keepSeconds) => ({ kind: 'table', name: 'once', key: ['key'], keepSeconds })),
  [['a'], ['b']].map((key) => ({ kind: 'table', name: 'people', key, keepSeconds: undefined })),
  [{ kind: 'log-project', name: 'logs' }],
  [30, 60].map((days) => ({ kind: 'log-store', name: 'vend', project: 'logs', days })),
  [{ kind: 'log-index', name: 'vend', project: 'logs' }],
  [5, 6].map((threshold) => ({
    kind: 'log-alert',
    name: 'stint-bug',
    project: 'logs',
    definition: { displayName: 'a bug', configuration: { threshold } },
  })),
  ['fc.aliyuncs.com', 'ecs.aliyuncs.com'].map((service) => ({
    kind: 'role',
    name: 'stint-vend',
    trust: trustOf(service),
  })),
  ['ots:GetRow', 'ots:*'].map((action) => ({
    kind: 'policy',
    name: 'stint-vend',
    document: policyOf(action),
  })),
  [{ kind: 'attachment', name: 'stint-vend to stint-vend', role: 'stint-vend', policy: 'stint-vend' }],
];
const DESIRED = POOL.flatMap(([desired]) => desired ?? []);

const foundState = fc
  .tuple(
    ...POOL.map((variants) =>
      fc.option(fc.record({ resource: fc.constantFrom(...variants), made: fc.boolean() }), {
        nil: undefined,
      }),
    ),
  )
  .map(
    (all): FoundState =>
      new Map(
        all.flatMap((found): [string, FoundResource][] => (found ? [[idOf(found.resource), found]] : [])),
      ),
  );

/** What is found after a step succeeded. */
function afterStep(found: FoundState, step: Step): FoundState {
  const after = new Map(found);
  const id = idOf(step.resource);
  if (step.do === 'remove') after.delete(id);
  else after.set(id, { resource: step.resource, made: true });
  return after;
}

const follow = (found: FoundState, steps: readonly Step[]): FoundState => steps.reduce(afterStep, found);

describe('a plan', () => {
  it('leads to what is desired, and then there is nothing left to do', () => {
    fc.assert(
      fc.property(foundState, fc.boolean(), (found, adopt) => {
        const { steps, conflicts } = planSetup(DESIRED, found, { adopt });
        const after = follow(found, [...steps]);
        const inTheWay = new Set(conflicts.map(({ resource }) => idOf(resource)));
        for (const resource of DESIRED) {
          const there = after.get(idOf(resource));
          if (inTheWay.has(idOf(resource))) expect(there).toEqual(found.get(idOf(resource)));
          else expect(there && differenceOf(resource, there.resource)).toBeUndefined();
          if (!inTheWay.has(idOf(resource))) expect(there).toBeDefined();
        }
        expect(planSetup(DESIRED, after, { adopt })).toMatchObject({ steps: [], conflicts });
      }),
    );
  });

  it('has each step after those that it needs', () => {
    fc.assert(
      fc.property(foundState, (found) => {
        const { steps } = planSetup(DESIRED, found, { adopt: true });
        const there = new Set(found.keys());
        for (const { resource } of steps) {
          const missing = dependenciesOf(resource, DESIRED).filter((id) => !there.has(id));
          expect(missing.filter((id) => steps.some((step) => idOf(step.resource) === id))).toEqual([]);
          there.add(idOf(resource));
        }
      }),
    );
  });

  it('changes nothing that others made, unless it is told to; and no primary key ever', () => {
    fc.assert(
      fc.property(foundState, fc.boolean(), (found, adopt) => {
        for (const step of planSetup(DESIRED, found, { adopt }).steps) {
          if (step.do !== 'change') continue;
          const isFile = step.resource.kind === 'settings';
          expect(found.get(idOf(step.resource))?.made || adopt || isFile).toBe(true);
          expect(differenceOf(step.resource, step.from)).not.toBe('primary key');
        }
      }),
    );
  });

  it.each([
    [
      'one action',
      'a list of it',
      policyOf('ots:GetRow'),
      {
        ...policyOf('ots:GetRow'),
        Statement: [{ Effect: 'Allow', Action: ['ots:GetRow'], Resource: ['*'] }],
      },
    ],
  ])('finds no difference between %s and %s', (_, __, document, other) => {
    const [a, b] = [document, other].map((one) => ({ kind: 'policy', name: 'p', document: one }) as const);
    expect(a && b && differenceOf(a, b)).toBeUndefined();
  });

  it('finds a difference in who may assume a role, and on which condition', () => {
    const trust = trustOf('fc.aliyuncs.com');
    const conditional = {
      ...trust,
      Statement: trust.Statement.map((one) => ({
        ...one,
        Condition: { StringEquals: { 'sts:ExternalId': ['x'] } },
      })),
    };
    const role = (value: unknown) => ({ kind: 'role', name: 'r', trust: value }) as const;
    expect(differenceOf(role(trust), role(conditional))).toBe('trust policy');
    expect(differenceOf(role(trust), role(undefined))).toBe('trust policy');
  });
});

describe('a removal', () => {
  it('takes away all that setup made, no file, and nothing of others; dependents first', () => {
    fc.assert(
      fc.property(foundState, (found) => {
        const { steps } = planRemoval(DESIRED, found);
        const removed = steps.map(({ resource }) => idOf(resource));
        for (const [id, { resource, made }] of found) {
          const stays = !made || ['settings', 'log-store', 'log-index', 'log-alert'].includes(resource.kind);
          expect(removed.includes(id)).toBe(!stays);
        }
        for (const [index, { resource }] of steps.entries())
          for (const id of dependenciesOf(resource, DESIRED))
            expect(removed.slice(0, index)).not.toContain(id);
        expect(planRemoval(DESIRED, follow(found, [...steps])).steps).toEqual([]);
      }),
    );
  });
});
