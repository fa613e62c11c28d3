// What no document says for sure about the live cloud, as experiments: sessions that are taken, and calls that are made with
// them. Each question is answered by what the cloud did, and the answer says what that means for the settings.
import { formatWholeSeconds } from '../kernel/whole-seconds.ts';

/** What the cloud did with a session that was asked for, and with one call of it. */
export type Trial =
  /** STS gave no session; `code` is its own. */
  | { readonly kind: 'not-assumed'; readonly code: string }
  /** `sourceIdentity`: as STS answered it. `call`: `allowed`, `denied`, or the code of another failure. */
  | { readonly kind: 'assumed'; readonly sourceIdentity: string | undefined; readonly call: string };

export interface SessionOrder {
  /** The session policy allows the call under this condition alone. Undefined: without one. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly sourceIdentity?: string;
  /** Undefined: the one of the role. `null`: none is sent. */
  readonly externalId?: string | null;
}

export type TakeSession = (order: SessionOrder) => Promise<Trial>;

export const LIVE_QUESTIONS = {
  session: {
    asks: 'Can the role be taken, and make the call?',
    yes: 'The other answers count.',
    no: 'The role must trust these credentials, and be allowed ram:GetRole on itself.',
  },
  'source-identity': {
    asks: 'Does STS take a SourceIdentity?',
    yes: 'STINT_SOURCE_IDENTITY=on may be switched on, if the role of vend may do what these credentials may.',
    no: 'Leave STINT_SOURCE_IDENTITY off: every vend would fail.',
  },
  'current-time': {
    asks: 'Does a session end by acs:CurrentTime?',
    yes: 'effectiveSeconds, withinToken and durations under 900 s hold for this service.',
    no: 'Do not rely on effectiveSeconds, withinToken, or durations under 900 s.',
  },
  'source-ip': {
    asks: 'Does a session hold to acs:SourceIp?',
    yes: 'sourceIp and pinSourceIp hold for this service.',
    no: 'Do not rely on pinSourceIp.',
  },
  'external-id': {
    asks: 'Does the trust policy hold to sts:ExternalId?',
    yes: 'externalId of a role protects it from other services that vend acts for.',
    no: 'externalId of a role protects nothing: another service that may assume it can leave it out.',
  },
  cors: {
    asks: 'Does Stint alone decide which pages may call?',
    yes: 'allowedOrigins holds.',
    no: 'Something in front of Stint adds CORS headers: switch that off there.',
  },
  'address-header': {
    asks: 'Does a header carry the caller’s address, and can no caller write it?',
    yes: 'STINT_CLIENT_IP_HEADER of vend and login may be set to it, and sourceIp and pinSourceIp be used.',
    no: 'Leave STINT_CLIENT_IP_HEADER unset, unless a gateway of yours sets a header that it takes from callers.',
  },
  'address-forged': {
    asks: 'Does vend judge by an address that no caller can write?',
    yes: 'sourceIp, pinSourceIp and the limits by address hold.',
    no: 'Unset STINT_CLIENT_IP_HEADER of vend and login, or correct it, and deploy.',
  },
  host: {
    asks: 'Does the host that callers ask arrive at the function?',
    yes: 'STINT_CLOUDSSO_URL may be set: login knows the CloudSSO dialect by its host.',
    no: 'Leave STINT_CLOUDSSO_URL unset: login would answer the CloudSSO dialect with 404.',
  },
} as const;

export type LiveQuestion = keyof typeof LIVE_QUESTIONS;

export interface LiveAnswer {
  readonly question: LiveQuestion;
  /** `unknown`: the cloud did something else than to allow or to deny. */
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly detail: string;
}

const describe = (trial: Trial): string =>
  trial.kind === 'assumed' ? `call ${trial.call}` : `no session: ${trial.code}`;

const callOf = (trial: Trial): string => (trial.kind === 'assumed' ? trial.call : 'none');

/** Holds if what should be allowed was, and what should be denied was. Both ways alike: the condition has no effect, or is not known. */
function answerOfPair(question: LiveQuestion, fits: Trial, fails: Trial): LiveAnswer {
  const calls = [callOf(fits), callOf(fails)];
  const known = calls.every((call) => call === 'allowed' || call === 'denied');
  const holds = calls[0] === 'allowed' && calls[1] === 'denied';
  return {
    question,
    answer: holds ? 'yes' : known ? 'no' : 'unknown',
    detail: `where the condition is met: ${describe(fits)}; where it is not: ${describe(fails)}`,
  };
}

const SOURCE_IDENTITY = 'stint-doctor';
const TEN_MINUTES_MS = 600_000;
/** TEST-NET-1 of RFC 5737: no caller has it. */
const NO_ADDRESS = '192.0.2.1/32';

const before = (time: Date): NonNullable<SessionOrder['condition']> => ({
  DateLessThan: { 'acs:CurrentTime': formatWholeSeconds(time) },
});

async function askSourceIdentity(take: TakeSession): Promise<LiveAnswer> {
  const question = 'source-identity';
  const trial = await take({ sourceIdentity: SOURCE_IDENTITY });
  if (trial.kind === 'not-assumed') return { question, answer: 'no', detail: describe(trial) };
  const isTold = trial.sourceIdentity === SOURCE_IDENTITY;
  const detail = isTold ? 'STS repeats it' : 'STS took the call, and does not repeat it';
  return { question, answer: isTold ? 'yes' : 'unknown', detail };
}

async function askExternalId(take: TakeSession): Promise<LiveAnswer> {
  const question = 'external-id';
  const trials = [await take({ externalId: null }), await take({ externalId: 'not-the-one' })];
  const isHeld = trials.every(({ kind }) => kind === 'not-assumed');
  const [without, wrong] = trials.map(describe);
  return {
    question,
    answer: isHeld ? 'yes' : 'no',
    detail: `without it: ${without}; with another: ${wrong}`,
  };
}

/** `hasExternalId`: the role has one, and its trust policy is said to ask for it. Stops where no session can be taken at all. */
export async function askCloud(
  take: TakeSession,
  hasExternalId: boolean,
  now: Date,
): Promise<readonly LiveAnswer[]> {
  const plain = await take({});
  const works = plain.kind === 'assumed' && plain.call === 'allowed';
  const session: LiveAnswer = { question: 'session', answer: works ? 'yes' : 'no', detail: describe(plain) };
  if (!works) return [session];
  const [later, earlier] = [TEN_MINUTES_MS, -TEN_MINUTES_MS].map((ms) => new Date(now.getTime() + ms));
  return [
    session,
    await askSourceIdentity(take),
    answerOfPair(
      'current-time',
      await take({ condition: before(later ?? now) }),
      await take({ condition: before(earlier ?? now) }),
    ),
    answerOfPair(
      'source-ip',
      await take({ condition: { NotIpAddress: { 'acs:SourceIp': NO_ADDRESS } } }),
      await take({ condition: { IpAddress: { 'acs:SourceIp': NO_ADDRESS } } }),
    ),
    ...(hasExternalId ? [await askExternalId(take)] : []),
  ];
}

/** Of the answers to a page that no provider names: the names of the headers in them that allow a page something. */
export function answerCors(allowing: readonly string[]): LiveAnswer {
  return {
    question: 'cors',
    answer: allowing.length === 0 ? 'yes' : 'no',
    detail:
      allowing.length === 0
        ? 'a strange page is allowed nothing'
        : `a strange page is answered with ${allowing.join(', ')}`,
  };
}
