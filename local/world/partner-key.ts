// The key of the demo partner, kept in .stint/partner.env for `stint caller-proof`. It may do nothing but say whose it is.
import { join } from 'node:path';
import { AUDIENCE } from '../demo/demo-account.ts';
import { type KeptKey, openKeptKey, writeKeyEnvironment } from './kept-key.ts';

const fileIn = (stateDir: string): string => join(stateDir, 'partner.env');

export const openPartnerKey = (stateDir: string): KeptKey => openKeptKey(fileIn(stateDir));

export function writePartnerEnvironment(stateDir: string, key: KeptKey, stsUrl: string): void {
  writeKeyEnvironment(fileIn(stateDir), key, { STINT_AUDIENCE: AUDIENCE, STINT_STS_ENDPOINT: stsUrl });
}
