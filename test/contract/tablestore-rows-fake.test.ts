// The in-memory rows of the unit tests keep the contract of the Tablestore adapter.
import { FakeRows } from '../support/fake-rows.ts';
import { describeTablestoreRows } from './tablestore-rows.contract.ts';

const rows = new FakeRows();
describeTablestoreRows('the fake', async () => rows);
