// What pages say in English.
import type { Messages } from './messages.ts';

const MINUTE = 60;
const HOUR = 3_600;

function duration(seconds: number): string {
  const hours = Math.floor(seconds / HOUR);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  const parts = [hours > 0 && `${hours} h`, minutes > 0 && `${minutes} min`].filter((part) => part !== false);
  return parts.join(' ') || `${seconds} s`;
}

export const EN: Messages = {
  languageName: 'English',
  languageLabel: 'Language',
  skipToContent: 'Skip to the content',
  opensInNewTab: 'opens in a new tab',
  signOut: 'Sign out',
  signedInAs: (name) => `Signed in as ${name}`,
  navigation: 'Portal',
  roles: 'Roles',
  activity: 'Activity',
  sessions: 'Sessions',
  duration,

  signIn: {
    title: 'Sign in',
    lead: 'Short-lived access to Alibaba Cloud, for as long as the work takes.',
    with: (connection) => `Continue with ${connection}`,
    none: 'No sign-on is set up yet. Ask whoever runs this service.',
    help: 'You sign in at your company’s own page. Your password never comes here.',
  },

  home: {
    title: 'Your roles',
    count: { one: '1 role', other: '# roles' },
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
    upTo: (time) => `up to ${time}`,
    openConsole: 'Open console',
    getCredentials: 'Credentials',
    ofRole: (role) => `of ${role}`,
    unavailable: 'Not available now',
    signInAgain: 'Sign in again',
    needs: {
      mfa: { title: 'Needs a second factor', text: 'Sign in again and confirm with your second factor.' },
      fresh_sign_in: { title: 'Needs a fresh sign-in', text: 'You signed in too long ago for this role.' },
      fresh_token: { title: 'Needs a fresh sign-in', text: 'Your sign-in ends too soon for this role.' },
      network: {
        title: 'Needs your company’s network',
        text: 'Take this role on the command line, from your company’s network or VPN.',
      },
      time_window: { title: 'Outside its hours', text: 'This role can be taken at certain hours only.' },
    },
  },

  credentials: {
    back: 'All roles',
    validUntil: (time) => `Valid until ${time}`,
    timeLeft: 'Time left',
    format: 'Format',
    formats: {
      shell: 'Shell',
      powershell: 'PowerShell',
      dotenv: '.env',
      json: 'JSON',
      aliyun: 'aliyun CLI',
    },
    hints: {
      shell: 'Paste into bash, zsh or any other POSIX shell.',
      powershell: 'Paste into a PowerShell window.',
      dotenv: 'Save as a file that your tools read. Keep it out of version control.',
      json: 'The shape in which STS itself answers.',
      aliyun: 'Adds a profile to the aliyun command line.',
    },
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Not copied: select the text and copy it yourself',
    refresh: 'Get new credentials',
    caution:
      'Whoever has these can act as this role until they end. They leave this page after five minutes.',
    expired: { title: 'These credentials have ended', text: 'Get new ones to go on working.' },
    removed: {
      title: 'Removed from this page',
      text: 'What you copied keeps working until its end. Get new credentials to see some again.',
    },
    minutesLeft: { one: '1 minute left', other: '# minutes left' },
  },

  sessionList: {
    title: 'Your sessions',
    lead: 'Where you are signed in to this portal. End what you do not recognise.',
    current: 'This browser',
    startedAt: 'Signed in',
    lastSeenAt: 'Last used',
    endsAt: 'Ends',
    unknownBrowser: 'Unknown browser',
    end: 'End',
    endOne: (browser) => `the session in ${browser}`,
    endOthers: 'End all other sessions',
    ended: 'The session has ended.',
  },

  activityList: {
    title: 'Recent activity',
    lead: 'What was done in your name in this portal. Tell your security team of anything that was not you.',
    none: 'Nothing yet.',
    events: {
      signed_in: (connection) => `Signed in with ${connection}`,
      console: (role) => `Opened the console as ${role}`,
      credentials: (role) => `Got credentials of ${role}`,
      refused: (role) => `Was refused ${role}`,
      session_ended: () => 'Ended a session',
    },
  },

  faults: {
    idp_unavailable: {
      title: 'Your company’s sign-on does not answer',
      text: 'Nothing is wrong with your account. Wait a minute and try again; if it lasts, tell your IT desk that the identity provider is down.',
    },
    sign_on_refused: {
      title: 'You were not signed in',
      text: 'Your company’s sign-on did not confirm who you are. Try again, and ask your IT desk if it happens twice.',
    },
    sign_on_ended: {
      title: 'This sign-in cannot be finished',
      text: 'It was started elsewhere, used already, or took too long. Start again.',
    },
    form_refused: {
      title: 'This page was too old',
      text: 'Nothing was done. Go back to your roles and try again.',
    },
    access_denied: {
      title: 'You may not take this role',
      text: 'Your rights may have changed since the page was shown. Ask the owner of the role.',
    },
    step_up_required: {
      title: 'This role needs a stronger sign-in',
      text: 'Sign in again, with your second factor, and then take the role.',
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
  },
  fault: {
    toPortal: 'Go to your roles',
    signInAgain: 'Sign in',
    tryAgain: 'Try again',
    requestId: 'Request id',
  },
};
