// The real adapter keeps the contract of `writeAccess` over the SDK and the local Tablestore's wire.
import { afterEach } from 'vitest';
import { describeAccessWriter } from './access-writer.contract.ts';
import { type LocalInstance, openLocalRows, startInstance } from './local-tablestore-rows.ts';

let instance: LocalInstance | undefined;
afterEach(() => instance?.server.close());

describeAccessWriter('the local Tablestore', async () => {
  instance = await startInstance();
  return openLocalRows(instance);
});
