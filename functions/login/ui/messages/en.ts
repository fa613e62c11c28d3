// What pages say in English.

import { EN_COMMAND_LINE } from './en-command-line.ts';
import { EN_FAULTS } from './en-faults.ts';
import { EN_HOME } from './en-home.ts';
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

  home: EN_HOME,

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
      text: 'Your terminal takes credentials of its own, each time that you run this.',
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

  ...EN_COMMAND_LINE,

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

  faults: EN_FAULTS,
  fault: {
    toPortal: 'Go to your roles',
    signInAgain: 'Sign in',
    tryAgain: 'Try again',
    requestId: 'Request id',
  },
};
