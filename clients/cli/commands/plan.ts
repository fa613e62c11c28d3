// `stint plan`: shows what applying access documents would change.
import { addApplyCommand } from './apply-command.ts';
import type { Cli } from './command.ts';

export function addPlan(cli: Cli): void {
  addApplyCommand(cli, {
    name: 'plan',
    description: 'show who would gain or lose which role and which actions, and write nothing',
    examples: ['stint plan access.yaml', 'stint plan --strict --json access/'],
    dryRun: true,
  });
}
