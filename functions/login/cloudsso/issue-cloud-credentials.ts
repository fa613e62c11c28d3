// The credentials of the CloudSSO dialect. vend decides and issues them, and writes the audit row.
//
// The first role that a token takes binds it, because one stock client (Node) sends no body and means the role of its profile.
// Whatever it may take later, a token is then worth one role to a thief. A second role needs a token of its own, as each run of
// `aliyun configure` makes. If the last choice counted instead, two profiles with one token would get each other's role.
import * as z from 'zod';
import { accountOf, RoleArn, RoleId } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { formatWholeSeconds } from '../../../shared/kernel/whole-seconds.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import { recordRefusal } from '../authorization-server/begin-command-line.ts';
import { callVend, credentialsCall, ROLES_CALL, type Vended } from '../request/call-vend.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { asCloudSso, type CloudSsoSession, findHolder, type Holder } from './access-token.ts';
import { type CloudSsoFault, formatCloudSsoFault, ofVend, serviceUnavailable } from './cloudsso-fault.ts';
import { readOptionalMembers } from './cloudsso-request.ts';

/** Undefined: the client names no role. */
const CredentialsRequest = z
  .object({ AccountId: z.string().max(64), AccessConfigurationId: z.string().max(64) })
  .optional();

/** A role with its account, as a client names it and as a token is bound to it. */
type Choice = NonNullable<CloudSsoSession['bound']>;

const isSame = (a: Choice, b: Choice): boolean => a.account === b.account && a.role === b.role;

const DENIED: CloudSsoFault = { error: 'AccessDenied', reason: 'access-configuration-unknown' };

/** For the audit row. */
const aboutOf = ({ connection, subject, id }: Session) => ({ connection, subject, session: id });

const ofAnotherAccount = (session: Session) => err({ ...DENIED, about: aboutOf(session) });

const boundElsewhere = (session: Session) =>
  err({
    error: 'AccessConfigurationNotOfToken',
    reason: 'token-bound-to-another-role',
    about: aboutOf(session),
  } as const);

/** The role to take: the one that the token is bound to, or the one that the client names. */
function choose(
  { session, bound }: CloudSsoSession,
  named: z.output<typeof CredentialsRequest>,
): Result<Choice, CloudSsoFault> {
  if (!named) {
    return bound
      ? ok(bound)
      : err({ error: 'AccessConfigurationNotChosen', reason: 'access-configuration-missing' });
  }
  const role = RoleId.safeParse(named.AccessConfigurationId).data;
  if (role === undefined) return err(DENIED);
  const choice = { account: named.AccountId, role };
  return bound && !isSame(bound, choice) ? boundElsewhere(session) : ok(choice);
}

/**
 * vend knows the role by its id alone, so a role of another account than the client names is denied here, like one that does not
 * exist, before anything is issued. A bound token was asked for with the account of its role. The refusal of a role that vend
 * does not list is vend's: it writes the row.
 */
async function checkAccount(
  c: LoginContext,
  { signedIn, bound }: Holder,
  { account, role }: Choice,
  deps: LoginDeps,
): Promise<Result<void, CloudSsoFault>> {
  if (bound) return ok(undefined);
  const answer = await callVend(c, signedIn, ROLES_CALL, deps);
  if (!answer.ok) return err(ofVend(answer.error));
  const listed = answer.value.body.roles.find((one) => one.role === role);
  return listed && listed.account !== account ? ofAnotherAccount(signedIn.session) : ok(undefined);
}

/** The account is compared once more: an apply may have given the role another one. */
async function vend(
  c: LoginContext,
  { signedIn }: Holder,
  { account, role }: Choice,
  deps: LoginDeps,
): Promise<Result<Vended['credentials'], CloudSsoFault>> {
  const answer = await callVend(c, signedIn, credentialsCall(role), deps);
  if (!answer.ok) return err(ofVend(answer.error));
  const { credentials, roleArn } = answer.value.body;
  const arn = RoleArn.safeParse(roleArn).data;
  return arn && accountOf(arn) === account ? ok(credentials) : ofAnotherAccount(signedIn.session);
}

/** Concurrent requests write the same row: one of them binds it, and another may note its use. */
const MAX_ATTEMPTS = 5;

/** Binds the token to the role, before its first credentials leave. Fails if a concurrent request bound it to another one. */
async function bindToken(
  holder: CloudSsoSession,
  choice: Choice,
  { sessions }: LoginDeps,
): Promise<Result<void, CloudSsoFault>> {
  let current: CloudSsoSession | undefined = holder;
  for (let i = 0; i < MAX_ATTEMPTS; i++) {
    if (!current) return err({ error: 'InvalidAccessToken', reason: 'session-ended' });
    const { session, commandLine, bound } = current;
    if (bound) return isSame(bound, choice) ? ok(undefined) : boundElsewhere(session);
    const changed = { ...commandLine, cloudSso: { bound: choice } };
    const replaced = await sessions.replace(session, {
      ...session,
      commandLine: changed,
      version: session.version + 1,
    });
    if (!replaced.ok) return err(serviceUnavailable(replaced.error));
    if (replaced.value === 'replaced') return ok(undefined);
    const found = await sessions.find(personKey(session.connection, session.subject), session.id);
    if (!found.ok) return err(serviceUnavailable(found.error));
    current = found.value && asCloudSso(found.value);
  }
  return err(serviceUnavailable({ reason: 'store-failed', cause: 'changed' }));
}

async function issue(
  c: LoginContext,
  deps: LoginDeps,
): Promise<Result<Vended['credentials'], CloudSsoFault>> {
  const named = await readOptionalMembers(c, CredentialsRequest, deps);
  if (!named.ok) return named;
  const holder = await findHolder(c, deps);
  if (!holder.ok) return holder;
  const choice = choose(holder.value, named.value);
  if (!choice.ok) return choice;
  const checked = await checkAccount(c, holder.value, choice.value, deps);
  if (!checked.ok) return checked;
  const vended = await vend(c, holder.value, choice.value, deps);
  if (!vended.ok) return vended;
  const bound = await bindToken(holder.value, choice.value, deps);
  return bound.ok ? vended : bound;
}

/** POST /cloud-credentials. */
export const issueCloudCredentials = (deps: LoginDeps) => async (c: LoginContext) => {
  const issued = await issue(c, deps);
  if (!issued.ok) {
    await recordRefusal(c, issued.error, 'command-line-refresh', deps);
    return formatCloudSsoFault(c, issued.error, deps);
  }
  const { accessKeyId, accessKeySecret, securityToken, expiration } = issued.value;
  return c.json({
    CloudCredential: {
      AccessKeyId: accessKeyId,
      AccessKeySecret: accessKeySecret.reveal(),
      SecurityToken: securityToken.reveal(),
      Expiration: formatWholeSeconds(new Date(expiration)),
    },
    RequestId: c.get('requestId'),
  });
};
