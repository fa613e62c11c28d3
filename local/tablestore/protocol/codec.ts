// Protobuf bytes ↔ the plain objects of messages.ts, by the schema of the installed SDK, so that the server speaks what the
// client speaks.
import { createRequire } from 'node:module';
import protobuf from 'protobufjs';
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome, type Refusal } from '../errors.ts';
import type { OtsOperation, RequestByOperation, ResponseMessage } from './messages.ts';

const require = createRequire(import.meta.url);

const root = protobuf.loadSync([
  require.resolve('tablestore/lib/protocol/tablestore.proto'),
  require.resolve('tablestore/lib/protocol/tablestore_filter.proto'),
]);

type MessageType = protobuf.Type;

const mainType = (name: string): MessageType => root.lookupType(`main.proto.${name}`);
/** A message type of the filter's schema. */
export const filterType = (name: string): MessageType => root.lookupType(`filter.proto.${name}`);

const OPERATIONS = {
  CreateTable: true,
  UpdateTable: true,
  DescribeTable: true,
  DeleteTable: true,
  ListTable: true,
  GetRow: true,
  PutRow: true,
  UpdateRow: true,
  DeleteRow: true,
  BatchGetRow: true,
  BatchWriteRow: true,
  GetRange: true,
} as const satisfies Record<OtsOperation, true>;

const types = new Map<string, MessageType>();
const errorType = mainType('Error');

/** Whether this server has the operation. */
export function isOperation(name: string): name is OtsOperation {
  return Object.hasOwn(OPERATIONS, name);
}

/** OTSParameterInvalid if the body is not such a message. */
export function decodeMessage(type: MessageType, body: Uint8Array): Outcome<Record<string, unknown>> {
  try {
    // 64-bit integers as decimal text: a JavaScript number would round them.
    return ok(type.toObject(type.decode(body), { arrays: true, longs: String }));
  } catch {
    return invalid('Failed to parse the ProtoBuf message.');
  }
}

/** OTSParameterInvalid if the body is not the operation's message. */
export function decodeRequest<O extends OtsOperation>(
  operation: O,
  body: Uint8Array,
): Outcome<RequestByOperation[O]> {
  const decoded = decodeMessage(typeOf(`${operation}Request`), body);
  if (!decoded.ok) return decoded;
  // protobufjs gives every message the same type; the schema it has just enforced is the interface's source.
  return ok(decoded.value as unknown as RequestByOperation[O]);
}

/** The response's bytes. */
export function encodeResponse(operation: OtsOperation, message: ResponseMessage): Uint8Array {
  return typeOf(`${operation}Response`).encode(message).finish();
}

/** The bytes of the Error message. */
export function encodeRefusal(refusal: Refusal): Uint8Array {
  return errorType.encode(refusal).finish();
}

function typeOf(name: string): MessageType {
  const known = types.get(name);
  if (known !== undefined) return known;
  const found = mainType(name);
  types.set(name, found);
  return found;
}
