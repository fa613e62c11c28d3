// A local STS with a partner's account: its own key, a user, and a role that the user may assume.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIam } from '../../local/iam/local-iam.ts';
import { startSts } from '../../local/sts/server.ts';
import { createCallerIdentities } from '../../shared/adapters/alibaba-cloud/sts-caller-identity.ts';
import { must } from '../contract/must.ts';
import { NOW, PARTNER } from './builders.ts';
import { PARTNER_KEY, type SignedParts } from './caller-proofs.ts';

export const ROOT_KEY = { accessKeyId: 'LTAIpartnerroot', accessKeySecret: 'root-secret' };
const PATIENT_MS = 10_000;
const ANYONE = {
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${PARTNER}:root`] } },
  ],
};

/** At the tests' own time, unless what signs has another. */
export async function startPartnerSts(clock = () => NOW) {
  const folder = mkdtempSync(join(tmpdir(), 'stint-partner-'));
  const iam = openIam({ file: join(folder, 'iam.lmdb'), clock });
  iam.putAccount({ accountId: PARTNER, ...ROOT_KEY });
  const user = must(iam.putUser({ accountId: PARTNER, name: 'deployer', ...PARTNER_KEY, policies: [] }));
  const role = must(iam.putRole({ arn: `acs:ram::${PARTNER}:role/ci`, trustPolicy: ANYONE, policies: [] }));
  const sts = await startSts({ iam, clock });
  const host = new URL(sts.url).host;
  return {
    url: sts.url,
    faults: sts.faults,
    userId: user.userId,
    roleId: role.record.roleId,
    /** What signs for this STS. */
    signed: (parts: SignedParts = {}): SignedParts => ({ host, ...parts }),
    session(sessionName: string): NonNullable<SignedParts['keys']> {
      return iam.issueSession({ role, sessionName, durationSeconds: 3_600 });
    },
    callers: () => createCallerIdentities({ endpoint: sts.url, deadlineMs: PATIENT_MS }),
    async close() {
      await sts.close();
      await iam.close();
      rmSync(folder, { recursive: true });
    },
  };
}
