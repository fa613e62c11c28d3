import { FakeRows } from '../support/fake-rows.ts';
import { describeAccessWriter } from './access-writer.contract.ts';

describeAccessWriter('the fake', async () => new FakeRows());
