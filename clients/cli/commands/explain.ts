// `stint explain`: says whether a role would be given now, and why. Nothing is issued.
import * as z from 'zod';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { callApi } from '../credentials/call-api.ts';
import { pickRole } from '../credentials/pick-role.ts';
import { chooseProof, type ProofOptions } from '../proof/find-proof.ts';
import {
  type Cli,
  finishWith,
  formatExamples,
  JSON_OPTION,
  ROLE_ARGUMENT,
  TOKEN_FILE_OPTION,
  URL_OPTION,
} from './command.ts';

interface ExplainOptions extends ProofOptions {
  readonly json?: boolean;
}

const Test = z.object({ test: z.string(), passed: z.boolean(), seen: z.unknown() });
const GrantReason = z.object({
  kind: z.literal('grant'),
  grant: z.string(),
  passed: z.boolean(),
  tests: z.array(Test),
});

/** A newer deployment may give reasons that this version does not know; these are printed as they are. */
const Explanation = z.looseObject({
  decision: z.string(),
  refusedWith: z.string().optional(),
  grant: z.string().optional(),
  expiration: z.iso.datetime().optional(),
  policyBytes: z.number().optional(),
  policyBytesLeft: z.number().optional(),
  reasons: z.array(z.union([GrantReason, z.looseObject({ kind: z.string() })])),
});
type Explanation = z.infer<typeof Explanation>;

const isGrant = (reason: Explanation['reasons'][number]): reason is z.infer<typeof GrantReason> =>
  GrantReason.safeParse(reason).success;

function* reasonLines(reason: Explanation['reasons'][number]): Iterable<string> {
  if (!isGrant(reason)) return yield `  ${formatJson(reason)}`;
  yield `  grant ${reason.grant}: ${reason.passed ? 'gives the role' : 'does not give the role'}`;
  for (const { test, passed, seen } of reason.tests)
    yield `    ${passed ? 'passed' : 'FAILED'}  ${test}, seen ${formatJson(seen)}`;
}

function* explanationLines(role: string, explained: Explanation): Iterable<string> {
  const { decision, refusedWith, grant, expiration, policyBytes, policyBytesLeft, reasons } = explained;
  if (refusedWith === undefined) yield `${role}: ${decision}, by grant ${grant}, until ${expiration}`;
  else yield `${role}: ${decision} (${refusedWith})`;
  if (policyBytes !== undefined)
    yield `  session policy: ${policyBytes} bytes, ${policyBytesLeft} bytes are left`;
  for (const reason of reasons) yield* reasonLines(reason);
  if (reasons.length === 0) yield '  no grant of yours is about this role: ask its owner for one';
}

async function explain(
  named: string | undefined,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const caller = await chooseProof(options, terminal)();
  if (!caller.ok) return caller;
  const role = await pickRole(named, caller.value, terminal);
  if (!role.ok) return role;
  const body = { role: role.value };
  const explained = await callApi(caller.value, { path: '/v1/explain', body }, Explanation);
  if (!explained.ok) return explained;
  if (options.json) terminal.out(formatJson({ format: 1, ...body, ...explained.value }, 2));
  else for (const line of explanationLines(role.value, explained.value)) terminal.out(showable(line));
  return ok(undefined);
}

export function addExplain(cli: Cli): void {
  cli.program
    .command('explain')
    .description('say whether you would get a role now, and why; nothing is issued')
    .argument(...ROLE_ARGUMENT)
    .option(...URL_OPTION)
    .option(...TOKEN_FILE_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      formatExamples('stint explain media-uploader', 'stint explain media-uploader --json'),
    )
    .action((role: string | undefined, options: ExplainOptions) =>
      finishWith(cli, explain(role, options, cli.terminal)),
    );
}
