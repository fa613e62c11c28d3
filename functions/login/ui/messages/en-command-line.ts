// What pages say of command lines, in English.
import type { Messages } from './messages.ts';

export const EN_COMMAND_LINE: Pick<Messages, 'commandLine' | 'device'> = {
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
    lead: 'stint login shows it on the machine that you want to sign in on.',
    code: 'Code',
    unknown: 'That code is not known, was answered already, or is too old. Look again at your terminal.',
    goOn: 'Continue',
    confirmTitle: 'Sign in on that machine?',
    asks: (name) => `A command line on another machine asks to sign in as ${name}.`,
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
};
