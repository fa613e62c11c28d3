// What the list of roles says in English.
import type { Messages } from './messages.ts';

export const EN_HOME: Messages['home'] = {
  title: 'Your roles',
  count: { one: '1 role', other: '# roles' },
  part: (shown, all) => `The first ${shown} of ${all} roles. Search for the others.`,
  search: 'Search roles',
  searchButton: 'Search',
  clearSearch: 'Show all roles',
  noMatch: {
    title: 'No role matches',
    text: 'Search for a role, a project, an account or a word of the description.',
  },
  none: {
    title: 'You have no roles yet',
    text: 'You are signed in, but nobody has given you a role. Ask the owner of the project that you work on.',
  },
  otherRoles: 'Other roles',
  account: (id) => `Account ${id}`,
  upTo: (time) => `Up to ${time}`,
  openConsole: 'Open console',
  getCredentials: 'Credentials',
  ofRole: (role) => `of ${role}`,
  stepUp: 'Confirm that it is you',
  secondFactor: {
    byPasskey: 'Confirm with a passkey, or sign in again with your second factor.',
    bySignIn: 'Sign in again with your second factor.',
  },
  needs: {
    mfa: {
      title: 'Needs a second factor',
      text: 'Confirm that it is you before you take it.',
    },
    fresh_sign_in: { title: 'Needs a fresh sign-in', text: 'You signed in too long ago for this role.' },
    fresh_token: { title: 'Needs a fresh sign-in', text: 'Your sign-in ends too soon for this role.' },
    dpop: {
      title: 'For programs that hold a key',
      text: 'Take this role on the command line, with a client that proves its key (DPoP).',
    },
    network: {
      title: 'Needs your company’s network',
      text: 'Open this page from your company’s network or VPN.',
    },
    network_unseen: {
      title: 'Needs your company’s network',
      text: 'This portal cannot see which network you are in. Take this role on the command line, from your company’s network or VPN.',
    },
    time_window: { title: 'Outside its hours', text: 'This role can be taken at certain hours only.' },
  },
};
