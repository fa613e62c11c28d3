// Data keys of KMS, over its SDK (KMS 2016-01-20, GenerateDataKey and Decrypt). Encrypt is not used: the SDK sends parameters in
// the URL, and with Encrypt the secret would be one of them. A data key comes in an answer's body, and goes out wrapped.
import { err, ok, type Result } from '../../kernel/result.ts';
import type { DataKeys, SealFault } from '../../kernel/seal.ts';
import { Secret } from '../../kernel/secret.ts';
import { withinDeadline } from '../../kernel/within-deadline.ts';
import type { CloudCredentials } from './cloud-credentials.ts';
import { endLateRequestsTo } from './end-late-requests.ts';

export interface KmsOptions {
  readonly endpoint: string;
  /** The id or ARN of a symmetric key. */
  readonly keyId: string;
  readonly credentials: () => CloudCredentials;
  /** For tests, which must not wait. */
  readonly deadlineMs?: number;
}

/** KMS answers within some 50 ms, and a request of a person waits for two calls at most. */
const DEADLINE_MS = 4_000;
const DATA_KEY_BYTES = 32;
const KEY_SPEC = 'AES_256';
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** A word with dots, as KMS's codes are: anything else came from elsewhere and is not repeated in a log. */
const KMS_CODE = /^[A-Za-z][A-Za-z0-9.]{1,63}$/;
/** What KMS says of a ciphertext that it did not make, or that comes with another context. */
const BAD_CIPHERTEXT = /^Invalid(?:Parameter|Ciphertext)/;

const unavailable = (cause: string): Result<never, SealFault> => err({ kind: 'unavailable', cause });

/** The SDK's errors have the answer's body as `data`, and no status. */
function codeOf(error: unknown): string {
  const data: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'data') : undefined;
  const code: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'Code') : undefined;
  if (typeof code === 'string' && KMS_CODE.test(code)) return code;
  const name: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'name') : undefined;
  return typeof name === 'string' && KMS_CODE.test(name) ? `kms-${name}` : 'kms-unknown';
}

class DeadlinePassed extends Error {
  override readonly name = 'Deadline';
}

async function loadSdk(endpoint: string, deadlineMs: number) {
  const { default: sdk, GenerateDataKeyRequest, DecryptRequest } = await import('@alicloud/kms20160120');
  // Node.js gives all that a CommonJS module exports as its default; a bundle and tsx, the default in it.
  const Client = 'default' in sdk ? sdk.default : sdk;
  const { RuntimeOptions } = await import('@alicloud/tea-util');
  endLateRequestsTo(endpoint, deadlineMs);
  const { host, protocol } = new URL(endpoint);
  const runtime = new RuntimeOptions({
    autoretry: false,
    connectTimeout: deadlineMs,
    readTimeout: deadlineMs,
  });
  /** A client for each call, because the platform changes the credentials. */
  const clientFor = ({ accessKeyId, accessKeySecret, securityToken }: CloudCredentials) =>
    new Client({
      endpoint: host,
      protocol: protocol.replace(':', ''),
      regionId: 'none',
      accessKeyId,
      accessKeySecret: accessKeySecret.reveal(),
      securityToken: securityToken?.reveal() ?? '',
      // The type is a class of a package below the SDK. The constructor calls this once, to see that there is a configuration.
      toMap: () => ({}),
    });
  return { clientFor, runtime, GenerateDataKeyRequest, DecryptRequest };
}

function readDataKey(plaintext: unknown): Secret<Uint8Array> | undefined {
  if (typeof plaintext !== 'string' || !BASE64.test(plaintext)) return undefined;
  const bytes = Buffer.from(plaintext, 'base64');
  return bytes.length === DATA_KEY_BYTES ? new Secret(new Uint8Array(bytes)) : undefined;
}

/**
 * Loads the SDK with the first call. EncryptionContext is a JSON string (KMS, GenerateDataKey). The SDK declares an
 * object, which the SDK would send as parameters that KMS does not read: nothing would be bound to the context.
 */
export function createKmsDataKeys({
  endpoint,
  keyId,
  credentials,
  deadlineMs = DEADLINE_MS,
}: KmsOptions): DataKeys {
  let loading: ReturnType<typeof loadSdk> | undefined;
  const load = () => {
    loading ??= loadSdk(endpoint, deadlineMs);
    return loading;
  };
  const within = <T>(work: () => Promise<T>) =>
    withinDeadline(deadlineMs, work, () => new DeadlinePassed('KMS'));

  return {
    async make(context) {
      try {
        const { clientFor, runtime, GenerateDataKeyRequest } = await load();
        const request = new GenerateDataKeyRequest({
          keyId,
          keySpec: KEY_SPEC,
          encryptionContext: context,
        });
        const answer = await within(() => clientFor(credentials()).generateDataKeyEx(request, runtime));
        const key = readDataKey(answer.plaintext);
        const wrapped: unknown = answer.ciphertextBlob;
        if (!key || typeof wrapped !== 'string' || !BASE64.test(wrapped))
          return unavailable('kms-answer-unusable');
        return ok({ key, wrapped });
      } catch (error) {
        return unavailable(codeOf(error));
      }
    },
    async unwrap(wrapped, context) {
      try {
        const { clientFor, runtime, DecryptRequest } = await load();
        const request = new DecryptRequest({
          ciphertextBlob: wrapped,
          encryptionContext: context,
        });
        const answer = await within(() => clientFor(credentials()).decryptEx(request, runtime));
        const key = readDataKey(answer.plaintext);
        return key ? ok(key) : unavailable('kms-answer-unusable');
      } catch (error) {
        const code = codeOf(error);
        return BAD_CIPHERTEXT.test(code) ? err({ kind: 'unreadable', cause: code }) : unavailable(code);
      }
    },
  };
}
