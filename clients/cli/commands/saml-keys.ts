// `stint saml-keys`: the private keys that sign what Stint sends to SAML identity providers.
import { makeSamlKeys, rotateSamlKeys, SamlKeySet } from '../keys/make-saml-keys.ts';
import type { Cli } from './command.ts';
import { addKeyCommand } from './key-command.ts';

const NEXT_KEY_ADDED =
  'Stint’s metadata then name two certificates, the one in use first: load them at identity providers that take two, and run this again to let the new key sign. Leave those that keep a single certificate as they are until then.';
const NEXT_KEY_SIGNS =
  'The new key signs then. An identity provider that has both certificates notices nothing; one that keeps a single certificate needs the metadata loaded again at the same moment.';

export const addSamlKeys = (cli: Cli): void =>
  addKeyCommand(cli, {
    name: 'saml-keys',
    variable: 'STINT_SAML_KEYS',
    description:
      'the private keys that sign requests to SAML identity providers, of login itself or in a file (STINT_SAML_KEYS)',
    file: 'saml-keys.json',
    schema: SamlKeySet,
    make: makeSamlKeys,
    rotate: rotateSamlKeys,
    rotation: 'one step of a change of keys: add the next key, or let it sign alone',
    order: { kind: 'saml-keys', isUrgent: false },
    afterRotation: (keys) =>
      `Deploy STINT_SAML_KEYS anew: npm run deploy. ${keys.length > 1 ? NEXT_KEY_ADDED : NEXT_KEY_SIGNS}`,
  });
