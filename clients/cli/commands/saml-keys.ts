// `stint saml-keys`: the private keys that sign what Stint sends to SAML identity providers.
import { makeSamlKeys, rotateSamlKeys, SamlKeySet } from '../make-saml-keys.ts';
import type { Cli } from './command.ts';
import { addKeyCommand } from './key-command.ts';

export const addSamlKeys = (cli: Cli): void =>
  addKeyCommand(cli, {
    name: 'saml-keys',
    variable: 'STINT_SAML_KEYS',
    description: 'the private keys that sign requests to SAML identity providers (STINT_SAML_KEYS)',
    file: 'saml-keys.json',
    schema: SamlKeySet,
    make: makeSamlKeys,
    rotate: rotateSamlKeys,
    afterRotation:
      'Set STINT_SAML_KEYS to this and deploy. An identity provider that has both certificates of Stint’s metadata notices nothing; one that holds a single certificate needs the new one at the same moment. Then load the metadata there again, for the key after this.',
  });
