// Refusals of command lines and of other devices that a person signed in. The audit row has them as the cause of
// `command-line-refused`.
import type { CommandLineReason } from '../../functions/login/request/token-fault.ts';
import type { Refusals } from './refusal.ts';

const NOT_AS_WRITTEN = ['caller', 'Update the command line.'] as const;
const SIGN_IN_AGAIN = ['caller', 'Sign in again: `stint login`.'] as const;

export const COMMAND_LINE = {
  'parameter-twice': ['A parameter occurs twice.', ...NOT_AS_WRITTEN],
  'grant-type-missing': ['The request does not say what it asks for.', ...NOT_AS_WRITTEN],
  'grant-type-unknown': ['The request asks for what is not offered.', ...NOT_AS_WRITTEN],
  'code-missing': ['The request has no code.', ...NOT_AS_WRITTEN],
  'code-unreadable': ['The code is not of this deployment, or expired.', ...SIGN_IN_AGAIN],
  'code-used': [
    'The code was used before; the session that it began has ended.',
    'caller',
    'Sign in again, and look for a thief.',
  ],
  'redirect-uri-differs': ['The redirect URI is not the one of the approval.', ...NOT_AS_WRITTEN],
  'verifier-wrong': ['The code is not of the program that asked for it.', ...SIGN_IN_AGAIN],
  'approval-ended': [
    'The session in which the person approved has ended: by a sign-out, its time, a flush or a block.',
    ...SIGN_IN_AGAIN,
  ],
  'device-name': ['The name of the machine is unusable.', 'caller', 'Give the machine another host name.'],
  'device-code-missing': ['The request has no device code.', ...NOT_AS_WRITTEN],
  'device-code-unknown': ['The device code is not of this deployment.', ...SIGN_IN_AGAIN],
  'device-code-used': [
    'The device code was used before; the session that it began has ended.',
    'caller',
    'Sign in again, and look for a thief.',
  ],
  'device-request-ended': ['No one confirmed the code in time.', ...SIGN_IN_AGAIN],
  'device-denied': ['The person did not confirm the code.', ...SIGN_IN_AGAIN],
  'device-waiting': ['No one has confirmed the code yet.', 'caller', 'Confirm it in a browser.'],
  'polled-too-soon': ['The device asks too often.', 'caller', 'Wait as long as `interval` says.'],
  'user-codes-taken': ['Too many people sign in devices at this moment.', 'caller', 'Try again.'],
  'refresh-token-missing': ['The request has no refresh token.', ...NOT_AS_WRITTEN],
  'refresh-token-malformed': ['The refresh token is none of Stint.', ...SIGN_IN_AGAIN],
  'refresh-token-unknown': ['The session of the refresh token is gone.', ...SIGN_IN_AGAIN],
  'refresh-token-reused': [
    'A copy of the refresh token was used, and the session has ended.',
    'caller',
    'Sign in again, and look for a thief.',
  ],
  'session-ended': [
    'The session has ended: by its time, a flush, a block, or what the connection requires now.',
    'caller',
    'Sign in again: `stint login`. If that is refused as well, look at its row.',
  ],
  changed: ['Other requests changed the session at the same moment.', 'caller', 'Try again.'],
  'body-members': ['A member of the JSON is missing or wrong.', ...NOT_AS_WRITTEN],
  'access-token-malformed': ['The access token is none of Stint.', ...SIGN_IN_AGAIN],
  'access-token-unknown': ['The session of the access token is gone.', ...SIGN_IN_AGAIN],
  'access-configuration-missing': ['The profile names no access configuration.', 'caller', 'Choose a role.'],
  'access-configuration-unknown': [
    'The person may not take this role, or there is none.',
    'operator',
    'Look at the grants of the role.',
  ],
  'token-bound-to-another-role': [
    'The access token has taken another role before.',
    'caller',
    'Use a profile for each role.',
  ],
} as const satisfies Refusals<CommandLineReason>;
