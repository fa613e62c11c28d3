// The in-memory store of the unit tests keeps the contract of `writeAccess`, so that tests on it say what Tablestore
// would do.
import { FakeRows } from '../support/fake-rows.ts';
import { describeAccessWriter } from './access-writer.contract.ts';

describeAccessWriter('the fake', async () => new FakeRows());
