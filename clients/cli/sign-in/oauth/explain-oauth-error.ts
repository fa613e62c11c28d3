// An error that openid-client threw, as a message that says what to do next. Of an answer it takes the error code alone,
// since the rest may hold tokens.
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { isUntrusted } from '../../../../shared/adapters/http/fetch-within.ts';
import { showable } from '../../../../shared/kernel/showable.ts';
import { type CommandFailure, refused, serviceFailed } from '../../base/command-fault.ts';
import { unreachable } from '../../base/explain-unreachable.ts';

const AGAIN = 'run stint login again';

/** RFC 6749 sections 4.1.2.1 and 5.2, RFC 8628 section 3.5. */
const REFUSALS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    access_denied: 'the sign-in was refused in the browser: nobody is signed in',
    invalid_grant: `the sign-in has ended or was used elsewhere: ${AGAIN}`,
    expired_token: `nobody confirmed the code in time: ${AGAIN}`,
  }),
);

/** The service is interrupted; the sign-in stays valid. */
const OUTAGES: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

const NO_STINT =
  'is no Stint deployment that people can sign in at, or is interrupted: check the URL, or try again in a minute';

const MISMATCHES: Readonly<Record<string, string>> = {
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'answers as another deployment: use the URL that its portal has',
  OAUTH_RESPONSE_IS_NOT_CONFORM: NO_STINT,
  OAUTH_RESPONSE_IS_NOT_JSON: NO_STINT,
};

function explainRefusal(code: string, url: string): CommandFailure {
  if (OUTAGES.has(code)) return serviceFailed(`${url} is interrupted: try again in a minute`);
  return refused(REFUSALS.get(code) ?? `the sign-in was refused (${showable(code)}): ${AGAIN}`);
}

/** fetch throws a TypeError with a cause; any other TypeError is a bug of the command line. */
const isUnreachable = (error: unknown): boolean =>
  (error instanceof TypeError && error.cause !== undefined) ||
  (error instanceof ClientError && error.code === 'OAUTH_TIMEOUT');

/** `url` names the deployment in messages. Throws the error again when it is none of the library or the network. */
export function explainOauthError(error: unknown, url: string): CommandFailure {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return explainRefusal(error.error, url);
  if (isUnreachable(error)) return unreachable(url, isUntrusted(error));
  if (error instanceof ClientError)
    return serviceFailed(
      `${url} ${MISMATCHES[error.code ?? ''] ?? `gave an answer that is not accepted (${error.code}): ${AGAIN}`}`,
    );
  throw error;
}
