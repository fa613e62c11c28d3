// `stint doctor --live ROLE`: asks the live cloud what no document says for sure, by taking sessions of a role and calling with
// them, and the deployment itself. It asks before; it changes nothing, and its sessions end by themselves.
import {
  createTakeSession,
  LIVE_SESSION_SECONDS,
} from '../../../shared/adapters/alibaba-cloud/live-sessions.ts';
import { askCloud, LIVE_QUESTIONS, type LiveAnswer } from '../../../shared/checks/live-questions.ts';
import { ROLE_ARN } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { RAM_NAME } from '../../../shared/rules/values/ram-member.ts';
import { type CommandFault, EXIT, type ExitCode } from '../base/command-fault.ts';
import { confirm } from '../base/confirm.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { noteUnusedProxy } from '../base/use-proxies.ts';
import type { ApiCaller } from '../credentials/call-api.ts';
import { chooseProof, isProvedBySignIn, type ProofOptions } from '../proof/find-proof.ts';
import { connectCloud } from '../setup/setup-cloud.ts';
import { askArrival, askCors, unknownArrival } from './ask-deployment.ts';
import { readDoctorSettings } from './doctor-settings.ts';

/** The URL and the token file are those by which the person proves to vend who asks. */
export interface LiveOptions extends ProofOptions {
  readonly env?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly externalId?: string;
  /** The address from which the person's requests come, as other machines see it. */
  readonly address?: string;
}

/** The name of a role of this account, from its name or its ARN. */
function roleNameIn(role: string, accountId: string): string | undefined {
  const [, account, name] = ROLE_ARN.exec(role) ?? [];
  if (account !== undefined) return account === accountId ? name : undefined;
  return RAM_NAME.test(role) ? role : undefined;
}

async function confirmSessions(
  roleName: string,
  publicUrl: string | undefined,
  options: LiveOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  if (options.yes) return ok(undefined);
  const minutes = LIVE_SESSION_SECONDS / 60;
  terminal.note(
    `This takes up to 8 sessions of ${roleName}, of ${minutes} minutes each, and calls ram:GetRole with them.`,
  );
  if (publicUrl !== undefined)
    terminal.note(
      `It also sends a few requests to ${publicUrl}, some with an address of no caller in their headers.`,
    );
  terminal.note('It changes nothing.');
  return confirm('Type yes to go on: ', options, terminal);
}

/**
 * A sign-in is taken at the deployment of the settings. A token of another kind goes only where the person says, as with every
 * command: the settings may be a file that came with a stranger's folder.
 */
async function findAdministrator(
  publicUrl: string,
  options: LiveOptions,
  terminal: Terminal,
): Promise<Result<ApiCaller, string>> {
  const bySignIn = isProvedBySignIn(options, terminal);
  const caller = await chooseProof(bySignIn ? { url: publicUrl } : options, terminal)();
  if (!caller.ok) return err(caller.error.message);
  // Commands write the URL of a deployment in one way; the settings may have it in another.
  return caller.value.url === new URL(publicUrl).href.replace(/\/$/, '')
    ? caller
    : err(`the token is for ${caller.value.url}, and STINT_PUBLIC_URL is ${publicUrl}`);
}

async function askDeployment(
  publicUrl: string,
  options: LiveOptions,
  terminal: Terminal,
): Promise<readonly LiveAnswer[]> {
  const administrator = await findAdministrator(publicUrl, options, terminal);
  const arrival = administrator.ok
    ? await askArrival(administrator.value, options.address)
    : unknownArrival(administrator.error);
  return [await askCors(publicUrl), ...arrival];
}

function reportAnswers(
  answers: readonly LiveAnswer[],
  { json = false }: LiveOptions,
  { out }: Terminal,
): void {
  const meant = answers.map((one) => {
    const { asks, yes, no } = LIVE_QUESTIONS[one.question];
    return {
      ...one,
      asks,
      means: one.answer === 'yes' ? yes : one.answer === 'no' ? no : 'Leave the setting as it is.',
    };
  });
  if (json) {
    out(formatJson({ format: 1, answers: meant }, 2));
    return;
  }
  for (const { asks, answer, detail, means } of meant) {
    out(`${answer.padEnd('unknown'.length)}  ${asks}`);
    out(`         ${showable(detail)}`);
    out(`         ${means}`);
  }
}

/** Exits with 1 where an answer is no: something that rules may rely on does not hold. */
export async function runLive(role: string, options: LiveOptions, terminal: Terminal): Promise<ExitCode> {
  const settings = readDoctorSettings(options.env, terminal);
  const end = ({ message, exitCode }: CommandFault): ExitCode => {
    terminal.note(message);
    return exitCode;
  };
  if (!settings.ok) return end(settings.error);
  noteUnusedProxy(terminal);
  const { variables, region, instance, stsEndpoint, ramEndpoint, publicUrl } = settings.value;
  const cloud = await connectCloud(variables, region);
  if (!cloud.ok) return end(cloud.error);
  const { accountId } = cloud.value.account;
  const roleName = roleNameIn(role, accountId);
  if (roleName === undefined)
    return end({ message: `give the name of a RAM role of account ${accountId}`, exitCode: EXIT.usage });
  const confirmed = await confirmSessions(roleName, publicUrl, options, terminal);
  if (!confirmed.ok) return end(confirmed.error);
  const { credentials } = cloud.value.settingsOf(instance);
  const { externalId } = options;
  const sts = { endpoint: stsEndpoint, credentials };
  const take = createTakeSession(sts, ramEndpoint, { accountId, roleName, externalId });
  const answers = [
    ...(await askCloud(take, externalId !== undefined, new Date())),
    ...(publicUrl === undefined ? [] : await askDeployment(publicUrl, options, terminal)),
  ];
  reportAnswers(answers, options, terminal);
  return answers.some(({ answer }) => answer === 'no') ? EXIT.document : EXIT.ok;
}
