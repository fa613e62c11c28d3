// What openid-client threw → what to do about it. Takes nothing of an answer but its error code: the rest may hold tokens.
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { showable } from '../../../../shared/kernel/showable.ts';
import { type CommandFault, refused, serviceFailed } from '../../base/command-fault.ts';

const AGAIN = 'run stint login again';

/** RFC 6749 sections 4.1.2.1 and 5.2, RFC 8628 section 3.5. */
const REFUSALS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    access_denied: 'the sign-in was refused in the browser: nobody is signed in',
    invalid_grant: `the sign-in has ended or was used elsewhere: ${AGAIN}`,
    expired_token: `nobody confirmed the code in time: ${AGAIN}`,
  }),
);

/** Nothing is wrong with the sign-in. */
const OUTAGES: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

const NO_STINT =
  'is no Stint deployment that people can sign in at, or is interrupted: check the URL, or try again in a minute';

const MISMATCHES: Readonly<Record<string, string>> = {
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'answers as another deployment: use the URL that its portal has',
  OAUTH_RESPONSE_IS_NOT_CONFORM: NO_STINT,
  OAUTH_RESPONSE_IS_NOT_JSON: NO_STINT,
};

type Failed = { readonly ok: false; readonly error: CommandFault };

function explainRefusal(code: string, url: string): Failed {
  if (OUTAGES.has(code)) return serviceFailed(`${url} is interrupted: try again in a minute`);
  return refused(REFUSALS.get(code) ?? `the sign-in was refused (${showable(code)}): ${AGAIN}`);
}

/** What fetch throws; any other TypeError is a bug of ours. */
const isUnreachable = (error: unknown): boolean =>
  (error instanceof TypeError && error.cause !== undefined) ||
  (error instanceof ClientError && error.code === 'OAUTH_TIMEOUT');

export function explainOauthError(error: unknown, url: string): Failed {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return explainRefusal(error.error, url);
  if (isUnreachable(error)) return serviceFailed(`${url} cannot be reached: check the URL and the network`);
  if (error instanceof ClientError)
    return serviceFailed(
      `${url} ${MISMATCHES[error.code ?? ''] ?? `gave an answer that is not accepted (${error.code}): ${AGAIN}`}`,
    );
  throw error;
}
