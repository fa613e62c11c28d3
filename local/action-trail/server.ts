// The local ActionTrail over HTTP: LookupEvents (API 2020-07-06) of the calls that temporary keys made. Signatures and
// permissions are checked as by RAM. Parameters and limits are those of the API reference; its error codes are not confirmed.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { formatWholeSeconds } from '../../shared/kernel/whole-seconds.ts';
import type { Identity } from '../iam/identity.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { type Authentication, authenticateCaller, openAuthentication } from '../rpc/authenticate-caller.ts';
import { authorizeAction, contextOf } from '../rpc/authorize-action.ts';
import { type CallBudget, createCallBudget } from '../rpc/call-budget.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { type ErrorSpec, GATEWAY_ERRORS, type RpcError } from '../rpc/rpc-error.ts';
import { type RpcRequest, readAction } from '../rpc/rpc-request.ts';
import { type ListenOptions, type LocalRpc, type Performed, startRpcServer } from '../rpc/server.ts';
import type { CallLog, RecordedCall } from './call-log.ts';

const ERRORS = {
  InvalidParameterValue: { status: 400, message: 'A parameter is not valid.' },
  NoPermission: { status: 403, message: 'You are not authorized to do this action.' },
  InternalError: { status: 500, message: 'The request processing has failed due to some unknown error.' },
  ...GATEWAY_ERRORS,
} as const satisfies Record<string, ErrorSpec>;

type Code = keyof typeof ERRORS;
type TrailError = RpcError<Code>;

const API = { version: '2020-07-06', actions: ['LookupEvents'] } as const;

/** LookupEvents: at most two calls a second, 50 events a page, events of 90 days, by default of the last 7. */
const CALLS_PER_SECOND = 2;
const MAX_PAGE = 50;
const DEFAULT_PAGE = 20;
const DAY_MS = 24 * 3600 * 1000;
const KEPT_MS = 90 * DAY_MS;
const DEFAULT_RANGE_MS = 7 * DAY_MS;

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** The attributes by which this server can look; ActionTrail has more. */
const ATTRIBUTES: Readonly<Record<string, (call: RecordedCall) => string>> = {
  EventAccessKeyId: ({ caller }) => caller.accessKeyId,
  EventId: ({ eventId }) => eventId,
  EventName: ({ eventName }) => eventName,
  ServiceName: ({ serviceName }) => serviceName,
};

type Parameters = RpcRequest['parameters'];
type Filter = (call: RecordedCall) => boolean;

const INVALID = err({ code: 'InvalidParameterValue' } as const);

/** LookupAttribute.1 and .2: one or two of them. */
function readFilter(parameters: Parameters): Result<Filter, TrailError> {
  const filters: Filter[] = [];
  for (const index of [1, 2]) {
    const key = parameters.get(`LookupAttribute.${index}.Key`);
    const value = parameters.get(`LookupAttribute.${index}.Value`);
    if (key === undefined && value === undefined) continue;
    const attribute = ATTRIBUTES[key ?? ''];
    if (attribute === undefined || value === undefined) return INVALID;
    filters.push((call) => attribute(call) === value);
  }
  return ok((call) => filters.every((filter) => filter(call)));
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Both times or neither. */
function readRange(parameters: Parameters, now: number): Result<Range, TrailError> {
  const start = parameters.get('StartTime');
  const end = parameters.get('EndTime');
  if (start === undefined && end === undefined) return ok({ start: now - DEFAULT_RANGE_MS, end: now });
  if (start === undefined || end === undefined || !TIME.test(start) || !TIME.test(end)) return INVALID;
  const range = { start: Date.parse(start), end: Date.parse(end) };
  return range.start <= range.end && range.start >= now - KEPT_MS ? ok(range) : INVALID;
}

interface Page {
  readonly from: number;
  readonly size: number;
}

function readPage(parameters: Parameters): Result<Page, TrailError> {
  const size = Number(parameters.get('MaxResults') ?? DEFAULT_PAGE);
  const from = Number(Buffer.from(parameters.get('NextToken') ?? 'MA==', 'base64').toString('latin1'));
  const isValid =
    Number.isInteger(size) && size >= 1 && size <= MAX_PAGE && Number.isInteger(from) && from >= 0;
  return isValid ? ok({ from, size }) : INVALID;
}

function toEvent({ caller, at, errorCode, ...call }: RecordedCall, acsRegion: string): AnswerBody {
  const [, role = '', session = ''] = caller.arn.split('/');
  return {
    ...call,
    eventVersion: 1,
    eventType: 'ApiCall',
    acsRegion,
    requestId: call.eventId,
    eventTime: formatWholeSeconds(at),
    ...(errorCode === undefined ? {} : { errorCode }),
    userIdentity: {
      type: 'assumed-role',
      accessKeyId: caller.accessKeyId,
      accountId: caller.accountId,
      userName: `${role}:${session}`,
    },
  };
}

interface Service {
  readonly authentication: Authentication;
  readonly budget: CallBudget;
  readonly calls: CallLog;
  readonly region: string;
}

function lookupEvents(
  { parameters }: RpcRequest,
  { accountId }: Identity,
  { authentication, calls, region }: Service,
): Result<AnswerBody, TrailError> {
  const filter = readFilter(parameters);
  if (!filter.ok) return filter;
  const range = readRange(parameters, authentication.now().getTime());
  if (!range.ok) return range;
  const page = readPage(parameters);
  if (!page.ok) return page;
  const { start, end } = range.value;
  // Events have the second in which they happened, and no parts of it.
  const secondOf = ({ at }: RecordedCall) => Math.floor(at.getTime() / 1000) * 1000;
  const isWithin = (call: RecordedCall) => secondOf(call) >= start && secondOf(call) <= end;
  const found = calls.ofAccount(accountId).filter((call) => isWithin(call) && filter.value(call));
  if (parameters.get('Direction') !== 'FORWARD') found.reverse();
  const { from, size } = page.value;
  const next = from + size;
  return ok({
    Events: found.slice(from, next).map((call) => toEvent(call, region)),
    NextToken: next < found.length ? Buffer.from(String(next)).toString('base64') : '',
    StartTime: new Date(start).toISOString(),
    EndTime: new Date(end).toISOString(),
  });
}

function handleCall(request: RpcRequest, service: Service): Result<Performed, TrailError> {
  const action = readAction(request, API);
  if (!action.ok) return action;
  const caller = authenticateCaller(request, service.authentication);
  if (!caller.ok) return caller;
  const now = service.authentication.now();
  if (!service.budget.spend(caller.value.accountId, now.getTime())) return err({ code: 'Throttling.User' });
  const permitted = authorizeAction(caller.value, 'actiontrail:LookupEvents', '*', contextOf(request, now));
  if (!permitted.ok) return permitted;
  const body = lookupEvents(request, caller.value, service);
  return body.ok ? ok({ action: action.value, body: body.value }) : body;
}

interface LocalActionTrailOptions extends ListenOptions {
  readonly iam: LocalIam;
  readonly calls: CallLog;
  readonly region: string;
  readonly clock?: () => Date;
  readonly callsPerSecond?: number;
}

/** Resolves when it listens. */
export function startActionTrail(options: LocalActionTrailOptions): Promise<LocalRpc<Code>> {
  const { iam, calls, region, clock = () => new Date(), callsPerSecond = CALLS_PER_SECOND } = options;
  const service = {
    authentication: openAuthentication(iam.find, clock),
    budget: createCallBudget(callsPerSecond),
    calls,
    region,
  };
  const handle = (request: RpcRequest) => handleCall(request, service);
  return startRpcServer<Code>({ name: 'ActionTrail', errors: ERRORS, handle }, options);
}
