import { FakeRows } from '../support/fake-rows.ts';
import { describeTablestoreRows } from './tablestore-rows.contract.ts';

const rows = new FakeRows();
describeTablestoreRows('the fake', async () => rows);
