// A person in too many groups for a token reads this reason on the page of the failure, and no one else does.
import { describe, expect, it } from 'vitest';
import { pageFaultOf } from '../../../functions/login/ui/model/page-fault.ts';

describe('the page of a refused sign-on', () => {
  it.each(['xml-too-complex', 'message-too-large', 'groups-too-many', 'groups-overage', 'claims-too-large'])(
    'says to somebody in too many groups that this is why: %s',
    (cause) => {
      const fault = pageFaultOf({ code: 'sign_on_refused', reason: 'answer-refused', cause });
      expect(fault).toBe('too_many_groups');
    },
  );

  it('says nothing of groups for any other cause', () => {
    const fault = pageFaultOf({
      code: 'sign_on_refused',
      reason: 'answer-refused',
      cause: 'response-unsigned',
    });
    expect(fault).toBe('sign_on_refused');
  });
});
