// `stint session-keys`: the private keys that sign the portal's session tokens.
import { makeSessionKeys, rotateSessionKeys, SessionKeySet } from '../keys/make-session-keys.ts';
import type { Cli } from './command.ts';
import { addKeyCommand } from './key-command.ts';

export const addSessionKeys = (cli: Cli): void =>
  addKeyCommand(cli, {
    name: 'session-keys',
    variable: 'STINT_SESSION_KEYS',
    description:
      'the private keys that sign the portal’s session tokens, of login itself or in a file (STINT_SESSION_KEYS)',
    file: 'session-keys.json',
    schema: SessionKeySet,
    make: makeSessionKeys,
    rotate: rotateSessionKeys,
    rotation:
      'with a file: let the next key sign, and make the one after it; with --now: give all keys of login up',
    order: { kind: 'session-keys', isUrgent: true },
    afterRotation: () =>
      'Deploy STINT_SESSION_KEYS anew: npm run deploy. Nobody is signed out: the last deployment published the new signing key, and the old one still verifies.',
  });
