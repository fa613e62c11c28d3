// The Tablestore adapter keeps its contract over the unmodified SDK and the local Tablestore's wire.
import { afterAll } from 'vitest';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { describeTablestoreRows } from './tablestore-rows.contract.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());

describeTablestoreRows('the adapter over the local Tablestore', () => openLocalRows(instance));
