// Text that is not strict JSON, or not what the schema describes, gives no value.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readJson } from '../../../shared/kernel/read-json.ts';

const Named = z.object({ name: z.string().transform((name) => name.toUpperCase()) });

describe('readJson', () => {
  it('has what the schema makes of the text', () => {
    expect(readJson(Named, '{"name":"a","more":1}')).toEqual({ name: 'A' });
  });

  it.each([
    ['no text', undefined],
    ['an empty one', ''],
    ['no JSON', '{"name":"a"'],
    ['two members of one name', '{"name":"a","name":"b"}'],
    ['another value', '{"name":1}'],
  ])('has nothing of %s', (_, text) => {
    expect(readJson(Named, text)).toBeUndefined();
  });
});
