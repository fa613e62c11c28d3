// The rows of a Tablestore instance of the benchmark, also for a process that does not hold the instance.
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { Secret } from '../../shared/kernel/secret.ts';

export const BENCH_INSTANCE = 'bench';
export const BENCH_SECRET = 'bench-secret-bench-secret';

export function openBenchRows(endpoint: string) {
  const credentials = () => ({
    accessKeyId: 'bench',
    accessKeySecret: new Secret(BENCH_SECRET),
    securityToken: undefined,
  });
  const sdk = openTablestore({ endpoint, instance: BENCH_INSTANCE, credentials });
  return { sdk, rows: openRows(sdk) };
}
