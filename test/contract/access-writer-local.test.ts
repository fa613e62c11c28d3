import { afterEach } from 'vitest';
import { describeAccessWriter } from './access-writer.contract.ts';
import { type LocalInstance, openLocalRows, startInstance } from './local-tablestore-rows.ts';

let instance: LocalInstance | undefined;
afterEach(() => instance?.server.close());

describeAccessWriter('the local Tablestore', async () => {
  instance = await startInstance();
  return openLocalRows(instance);
});
