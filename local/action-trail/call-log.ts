// What the local ActionTrail knows: the calls that temporary keys made, in memory until the local cloud stops. Members are
// those of ActionTrail's "structure of a management event" and of its samples for assumed roles.
import { randomUUID } from 'node:crypto';
import type { Result } from '../../shared/kernel/result.ts';
import type { CloudCaller, Identity } from '../iam/identity.ts';
import type { RpcRequest } from '../rpc/rpc-request.ts';

interface ServedCall {
  readonly caller: Pick<CloudCaller, 'accessKeyId' | 'accountId' | 'arn'>;
  /** As ActionTrail writes it, such as `Sts`. */
  readonly serviceName: string;
  readonly eventName: string;
  readonly sourceIpAddress: string;
  readonly userAgent: string;
  readonly at: Date;
  /** Undefined: the call succeeded. */
  readonly errorCode: string | undefined;
}

export interface RecordedCall extends ServedCall {
  readonly eventId: string;
}

export interface CallRecorder {
  record(call: ServedCall): void;
}

export interface CallLog extends CallRecorder {
  /** The calls of an account's keys, in the order of their times. */
  ofAccount(accountId: string): readonly RecordedCall[];
}

/** A function's own key calls Tablestore for each request; a key that a person looks at makes a few calls. */
const MAX_CALLS_OF_A_KEY = 500;
/** With the number above, some 30 MB at most. */
const MAX_KEYS = 200;

const isTemporary = ({ arn }: ServedCall['caller']): boolean => arn.includes(':assumed-role/');

/** Forgets the oldest calls of a key, and the key that was seen first, where there are too many. */
export function createCallLog(): CallLog {
  const byKey = new Map<string, RecordedCall[]>();
  return {
    record(call) {
      if (!isTemporary(call.caller)) return;
      const { accessKeyId } = call.caller;
      const calls = byKey.get(accessKeyId) ?? [];
      calls.push({ ...call, eventId: randomUUID().toUpperCase() });
      if (calls.length > MAX_CALLS_OF_A_KEY) calls.shift();
      byKey.set(accessKeyId, calls);
      const [first] = byKey.keys();
      if (byKey.size > MAX_KEYS && first !== undefined) byKey.delete(first);
    },
    ofAccount: (accountId) =>
      [...byKey.values()]
        .flat()
        .filter(({ caller }) => caller.accountId === accountId)
        .sort((a, b) => a.at.getTime() - b.at.getTime()),
  };
}

/** Records a call in the RPC style, if there is a log, and gives the answer on. */
export function recordRpcCall<T, E extends { readonly code: string }>(
  calls: CallRecorder | undefined,
  { headers, sourceIp }: RpcRequest,
  call: {
    readonly caller: Identity;
    readonly serviceName: string;
    readonly eventName: string;
    readonly at: Date;
  },
  answer: Result<T, E>,
): Result<T, E> {
  const errorCode = answer.ok ? undefined : answer.error.code;
  calls?.record({
    ...call,
    sourceIpAddress: sourceIp,
    userAgent: headers.get('user-agent') ?? '',
    errorCode,
  });
  return answer;
}
