// The messages in English.
import type { Messages } from './message-keys.ts';

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

  signedOut: {
    leaving: {
      title: 'You are signed out here',
      text: 'Your company’s sign-on may still know you in this browser. Sign out there, too.',
      goOn: 'Go on',
    },
    everywhere: {
      title: 'You are signed out',
      text: 'Here, and at your company’s sign-on.',
      goOn: 'Sign in',
    },
    here: {
      title: 'You are signed out here only',
      text: 'Your company’s sign-on did not confirm that it has signed you out, so it may still know you. Sign out there, or close all windows of this browser.',
      goOn: 'Sign in',
    },
  },

  home: {
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
    namedAccount: (name, id) => `${name} (account ${id})`,
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
  },

  credentials: {
    back: 'All roles',
    validUntil: (time) => `Valid until ${time}`,
    timeLeft: 'Time left',
    format: 'Format',
    formats: {
      shell: 'Shell',
      powershell: 'PowerShell',
      env: '.env',
      json: 'JSON',
      aliyun: 'aliyun CLI',
    },
    hints: {
      shell: 'Paste into bash, zsh or any other POSIX shell.',
      powershell: 'Paste into a PowerShell window.',
      env: 'Save as a file that your tools read. Keep it out of version control.',
      json: 'The shape in which STS itself answers.',
      aliyun: 'Adds a profile to the aliyun command line.',
    },
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'Not copied',
    copyFailed: 'Not copied. The text is selected: copy it yourself.',
    refresh: 'Refresh credentials',
    same: (time) =>
      time === undefined
        ? 'These are the same credentials as before: they still have enough of their time.'
        : `These are the same credentials as before. New ones are issued from ${time} on.`,
    caution:
      'Whoever has these can act as this role until they end. They leave this page after five minutes.',
    expired: { title: 'These credentials have ended', text: 'Refresh them to go on working.' },
    removed: {
      title: 'Removed from this page',
      text: 'What you copied keeps working until its end. Refresh to see credentials again.',
    },
    commandLine: {
      title: 'On the command line, without copying',
      text: 'Install the command once; it needs Node.js 20.19 or newer. Your terminal then takes credentials of its own, each time that you run the last line.',
    },
    minutesLeft: { one: '1 minute left', other: '# minutes left' },
  },

  sessionList: {
    title: 'Your sessions',
    lead: 'Where you are signed in. End what you do not recognise; the command lines that it let in end with it.',
    current: 'This browser',
    startedAt: 'Signed in',
    lastSeenAt: 'Last used',
    endsAt: 'Ends',
    unknownBrowser: 'Unknown browser',
    commandLine: (where) => `Command line: ${where}`,
    end: 'End',
    endOne: (browser) => `the session in ${browser}`,
    endOthers: 'End all other sessions',
  },

  console: {
    title: 'Open the console?',
    asks: (name) => `You go there as ${name}, with the rights of this role, until its time ends.`,
    role: 'Role',
    account: 'Account',
    opens: 'Opens at',
    startPage: 'The start page of the console',
    address: 'Address',
    notYou:
      'A link can lead to this page. If you did not ask for this just now, go back: nothing has been opened.',
  },

  stepUp: {
    title: 'Confirm that it is you',
    lead: (role) => `Then you can take ${role}.`,
    addFirst: 'You have no passkey yet. Add one now, and confirm with it.',
    signInAgain: (connection) => `Sign in again with ${connection}`,
    elsewise: 'Or, where that is not possible:',
  },

  passkeys: {
    title: 'Passkeys',
    lead: 'A passkey signs you in with your device instead of a password, and confirms that it is you.',
    none: 'You have no passkey yet.',
    name: 'Name',
    example: 'Work laptop',
    addedAt: 'Added',
    usedAt: 'Last used',
    neverUsed: 'Never',
    rename: 'Rename',
    remove: 'Remove',
    add: 'Add a passkey',
    addLater: 'To add a passkey, sign out, sign in at your company, and come back within 15 minutes.',
    confirm: 'Confirm with a passkey',
    confirmWhy: 'Some roles want to know again that it is you.',
    signIn: 'Sign in with a passkey',
    notDone: 'The passkey was not used. Try again.',
    needsScripts: 'Passkeys need JavaScript.',
  },

  commandLine: {
    title: 'Sign in on the command line?',
    asks: (name) => `The command line on this computer asks to sign in as ${name}.`,
    callsItself: (device) => `It calls this computer “${device}”.`,
    gets: (end) => `It can then take your roles, as you can here, until ${end} at the latest.`,
    notYou:
      'Did you not start this on this computer just now? Then cancel: somebody may be after your access.',
    goOn: 'Continue',
    cancel: 'Cancel',
    asSomebodyElse: 'Sign in again, or as somebody else',
  },

  device: {
    title: 'Enter the code of your terminal',
    lead: 'stint login, or aliyun configure, shows it on the machine that you want to sign in on.',
    code: 'Code',
    unknown: 'That code is not known, was answered already, or is too old. Look again at your terminal.',
    goOn: 'Continue',
    confirmTitle: 'Sign in on that machine?',
    asks: (name) => `A command line on another machine asks to sign in as ${name}.`,
    asker: 'What asks',
    cloudSso: (client) => `An aliyun profile of mode CloudSSO (${client}). It keeps its access in a file.`,
    callsItself: 'It calls itself',
    notSaid: 'nothing',
    askedAt: 'It asked at',
    address: 'From the address',
    yourAddress: 'You are at',
    notKnown: 'not known',
    phishing:
      'Did somebody send you this code or a link to this page? Then deny: whoever sent it would act as you.',
    sure: (code) => `My own terminal shows ${code}, and I started this there myself.`,
    approve: 'Approve',
    deny: 'Deny',
    approved: {
      title: 'You are signed in there',
      text: 'Go back to your terminal. You can close this page.',
    },
    denied: {
      title: 'The machine was turned away',
      text: 'If somebody sent you the code, tell your security team.',
    },
    toSessions: 'Show your sessions',
  },

  activityList: {
    title: 'Recent activity',
    lead: 'What was done in your name in this portal. Tell your security team of anything that was not you.',
    none: 'Nothing yet.',
    events: {
      signed_in: (connection) => `Signed in with ${connection}`,
      console: (role) => `Opened the console as ${role}`,
      console_failed: (role) => `Tried to open the console as ${role}, which failed`,
      credentials_failed: (role) => `Tried to get credentials of ${role}, which failed`,
      credentials: (role) => `Got credentials of ${role}`,
      refused: (role) => `Was refused ${role}`,
      session_ended: () => 'Ended a session',
      passkey_added: (name) => `Added the passkey ${name}`,
      passkey_removed: (name) => `Removed the passkey ${name}`,
      command_line: (device) =>
        device === '' ? 'Signed in on a command line' : `Signed in on the command line of ${device}`,
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
    company_first: {
      title: 'Sign in at your company again',
      text: 'Your last sign-in there is over or too long ago. Choose your company’s sign-on on the next page, not a passkey: a passkey works only for some time after that, and then works again.',
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
    destination_refused: {
      title: 'That is not a page of the console',
      text: 'The link leads somewhere else than the Alibaba Cloud console, or is too long. Nothing was opened. Open the console from your roles.',
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
    keys_unavailable: {
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
