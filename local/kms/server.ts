// The local KMS over HTTP: Encrypt, Decrypt and GenerateDataKey of KMS 2016-01-20, with signatures and permissions as STS checks them.
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { readJson } from '../../shared/kernel/read-json.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { Identity } from '../iam/identity.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { type Authentication, authenticateCaller, openAuthentication } from '../rpc/authenticate-caller.ts';
import { authorizeAction, contextOf } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { type ErrorSpec, GATEWAY_ERRORS, type RpcError } from '../rpc/rpc-error.ts';
import { type RpcRequest, readAction } from '../rpc/rpc-request.ts';
import { type ListenOptions, type LocalRpc, type Performed, startRpcServer } from '../rpc/server.ts';
import { decryptWith, encryptWith, type KmsKey, keyIdIn } from './kms-key.ts';

/** KMS, "Response structure", public error codes. What no source confirms is marked so. */
const PUBLIC_ERRORS = {
  'Forbidden.KeyNotFound': { status: 404, message: 'The specified Key is not found.' },
  'Forbidden.NoPermission': {
    status: 403,
    message: 'This operation is forbidden by permission system.',
  },
  MissingParameter: { status: 400, message: 'The parameter is needed but not provided.' },
  /** Answered, too, to a ciphertext with another context: no source gives the code for that. */
  InvalidParameter: { status: 400, message: 'The specified parameter is not valid.' },
  'Rejected.Disabled': {
    status: 409,
    message: 'The request was rejected because the key state is Disabled.',
  },
  ServiceUnavailableTemporary: { status: 503, message: 'Service Unavailable Temporary.' },
  InternalError: { status: 500, message: 'Internal Failure.' },
} as const satisfies Record<string, ErrorSpec>;

const KMS_ERRORS = { ...GATEWAY_ERRORS, ...PUBLIC_ERRORS };

type KmsErrorCode = keyof typeof KMS_ERRORS;
type KmsError = RpcError<KmsErrorCode>;

/** KMS, Encrypt: "Only data of 6 KB or less can be encrypted". */
const MAX_PLAINTEXT_BYTES = 6_144;
/** KMS, GenerateDataKey: 1 to 1024. */
const MAX_DATA_KEY_BYTES = 1_024;
const KEY_SPEC_BYTES = new Map([
  ['AES_256', 32],
  ['AES_128', 16],
]);

interface KmsCall {
  readonly request: RpcRequest;
  readonly caller: Identity;
  readonly keys: ReadonlyMap<string, KmsKey>;
  readonly region: string;
  readonly now: Date;
}

type Answered = Result<AnswerBody, KmsError>;

/** The pairs in the order of their names, so that their order in the request does not count. */
function contextIn({ request: { parameters } }: KmsCall): Result<string, KmsError> {
  const text = parameters.get('EncryptionContext');
  if (text === undefined) return ok('');
  const pairs = readJson(z.record(z.string(), z.string()), text);
  if (!pairs) return err({ code: 'InvalidParameter' });
  return ok(JSON.stringify(Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** The permission is checked before the key is looked up, so that a refusal does not tell which keys exist. */
function permittedKey(action: string, name: string, call: KmsCall): Result<KmsKey, KmsError> {
  const { caller, region, request, now, keys } = call;
  const id = name.replace(/^acs:kms:[^:]*:[^:]*:key\//, '');
  const resource = `acs:kms:${region}:${caller.accountId}:key/${id}`;
  const permitted = authorizeAction(caller, `kms:${action}`, resource, contextOf(request, now));
  if (!permitted.ok) return err({ ...permitted.error, code: 'Forbidden.NoPermission' });
  const key = keys.get(id);
  if (!key || key.accountId !== caller.accountId) return err({ code: 'Forbidden.KeyNotFound' });
  return key.isEnabled ? ok(key) : err({ code: 'Rejected.Disabled' });
}

const required = (name: string, { request }: KmsCall): Result<string, KmsError> => {
  const value = request.parameters.get(name) ?? '';
  return value === '' ? err({ code: 'MissingParameter' }) : ok(value);
};

/** The key that a call names, and its context. */
function keyAndContext(action: string, call: KmsCall): Result<{ key: KmsKey; context: string }, KmsError> {
  const keyId = required('KeyId', call);
  if (!keyId.ok) return keyId;
  const context = contextIn(call);
  if (!context.ok) return context;
  const key = permittedKey(action, keyId.value, call);
  return key.ok ? ok({ key: key.value, context: context.value }) : key;
}

function encrypt(call: KmsCall): Answered {
  const found = keyAndContext('Encrypt', call);
  if (!found.ok) return found;
  const plaintext = required('Plaintext', call);
  if (!plaintext.ok) return plaintext;
  const bytes = Buffer.from(plaintext.value, 'base64');
  if (bytes.length > MAX_PLAINTEXT_BYTES) return err({ code: 'InvalidParameter' });
  const { key, context } = found.value;
  return ok({ CiphertextBlob: encryptWith(key, bytes, context), KeyId: key.id, KeyVersionId: key.id });
}

function generateDataKey(call: KmsCall): Answered {
  const found = keyAndContext('GenerateDataKey', call);
  if (!found.ok) return found;
  const { parameters } = call.request;
  const bySpec = KEY_SPEC_BYTES.get(parameters.get('KeySpec') ?? 'AES_256');
  const length = parameters.has('NumberOfBytes') ? Number(parameters.get('NumberOfBytes')) : bySpec;
  if (!Number.isInteger(length) || length === undefined || length < 1 || length > MAX_DATA_KEY_BYTES)
    return err({ code: 'InvalidParameter' });
  const plaintext = randomBytes(length);
  const { key, context } = found.value;
  return ok({
    CiphertextBlob: encryptWith(key, plaintext, context),
    Plaintext: plaintext.toString('base64'),
    KeyId: key.id,
    KeyVersionId: key.id,
  });
}

function decrypt(call: KmsCall): Answered {
  const blob = required('CiphertextBlob', call);
  if (!blob.ok) return blob;
  const context = contextIn(call);
  if (!context.ok) return context;
  const keyId = keyIdIn(blob.value);
  if (keyId === undefined) return err({ code: 'InvalidParameter' });
  const key = permittedKey('Decrypt', keyId, call);
  if (!key.ok) return key;
  const plaintext = decryptWith(key.value, blob.value, context.value);
  if (!plaintext) return err({ code: 'InvalidParameter' });
  return ok({ Plaintext: plaintext.toString('base64'), KeyId: keyId, KeyVersionId: keyId });
}

const PERFORM = { Encrypt: encrypt, Decrypt: decrypt, GenerateDataKey: generateDataKey } as const;
type Action = keyof typeof PERFORM;
const API = {
  version: '2016-01-20',
  actions: Object.keys(PERFORM).filter((name): name is Action => Object.hasOwn(PERFORM, name)),
};

interface LocalKmsOptions extends ListenOptions {
  readonly iam: LocalIam;
  readonly region: string;
  readonly keys: readonly KmsKey[];
  readonly clock?: () => Date;
}

interface Service {
  readonly authentication: Authentication;
  readonly keys: ReadonlyMap<string, KmsKey>;
  readonly region: string;
}

function handleCall(
  request: RpcRequest,
  { authentication, keys, region }: Service,
): Result<Performed, KmsError> {
  const action = readAction(request, API);
  if (!action.ok) return action;
  const caller = authenticateCaller(request, authentication);
  if (!caller.ok) return caller;
  const now = authentication.now();
  const body = PERFORM[action.value]({ request, caller: caller.value, keys, region, now });
  return body.ok ? ok({ action: action.value, body: body.value }) : body;
}

/** Resolves when it listens. */
export function startKms(options: LocalKmsOptions): Promise<LocalRpc<KmsErrorCode>> {
  const { iam, region, clock = () => new Date() } = options;
  const keys = new Map(options.keys.map((key) => [key.id, key]));
  const service = { authentication: openAuthentication(iam.find, clock), keys, region };
  const handle = (request: RpcRequest) => handleCall(request, service);
  return startRpcServer<KmsErrorCode>({ name: 'KMS', errors: KMS_ERRORS, handle }, options);
}
