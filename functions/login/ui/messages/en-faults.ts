// What error pages say in English.
import type { Messages } from './messages.ts';

export const EN_FAULTS: Messages['faults'] = {
  idp_unavailable: {
    title: 'Your company’s sign-on does not answer',
    text: 'Nothing is wrong with your account. Wait a minute and try again; if it lasts, tell your IT desk that the identity provider is down.',
  },
  sign_on_refused: {
    title: 'You were not signed in',
    text: 'Your company’s sign-on did not confirm who you are. Try again, and ask your IT desk if it happens twice.',
  },
  too_many_groups: {
    title: 'You are in too many groups',
    text: 'Your company’s sign-on knows you, but has more groups or details of you than can be taken here, so you are not signed in. Trying again does not help. Ask your IT desk to send this application only the groups that it needs, and give them the request id below.',
  },
  sign_on_misconfigured: {
    title: 'This way to sign in is not set up correctly',
    text: 'Nothing is wrong with your account. Only the operator can correct it: give them the request id below.',
  },
  sign_on_ended: {
    title: 'This sign-in cannot be finished',
    text: 'It was started elsewhere, used already, or took too long. Start again.',
  },
  client_refused: {
    title: 'This is no sign-in of the command line',
    text: 'The address that was opened is wrong or was made up. Nothing was done. Run stint login again.',
  },
  form_refused: {
    title: 'This page was too old',
    text: 'Nothing was done. Go back to your roles and try again.',
  },
  session_ended: {
    title: 'Your session has ended',
    text: 'Nothing was done. Sign in again and go on where you were.',
  },
  access_denied: {
    title: 'You may not take this role',
    text: 'Your rights may have changed since the page was shown. Ask the owner of the role.',
  },
  step_up_required: {
    title: 'This role needs a stronger sign-in',
    text: 'Confirm that it is you, and then take the role.',
  },
  rate_limited: { title: 'Too many requests', text: 'Wait a few seconds and try again.' },
  role_misconfigured: {
    title: 'This role is not set up correctly',
    text: 'Only the operator can correct it. Give them the request id below.',
  },
  console_unavailable: {
    title: 'The console sign-in does not answer',
    text: 'Alibaba Cloud gave no sign-in link. Try again in a minute.',
  },
  vend_unavailable: {
    title: 'The service is interrupted',
    text: 'Nothing was issued. Try again in a minute.',
  },
  store_unavailable: {
    title: 'The service is interrupted',
    text: 'Nothing was done. Try again in a minute.',
  },
  audit_unavailable: {
    title: 'The service is interrupted',
    text: 'Nothing was done. Try again in a minute.',
  },
  logout_refused: {
    title: 'The sign-out was not accepted',
    text: 'Sign out on the page of your roles instead.',
  },
  method_not_allowed: { title: 'There is no such page', text: 'Go to your roles and start from there.' },
  too_large: {
    title: 'That was too much',
    text: 'Nothing was done. Go to your roles and start from there.',
  },
  not_found: { title: 'There is no such page', text: 'The address may be old or mistyped.' },
  internal_error: {
    title: 'Something went wrong here',
    text: 'Nothing was issued. Give the operator the request id below.',
  },
};
