// What a person asks to block becomes the kind and name that a block carries, or a message that says what to write.
import { describe, expect, it } from 'vitest';
import { readBlockTarget } from '../../../clients/cli/blocks/block-target.ts';

const KNOWN = {
  providers: ['demo', 'stint', 'media'],
  connections: ['corporate', 'demo'],
  roles: ['media-uploader', 'media'],
  ownProviders: ['stint'],
  hasLinks: true,
};

describe('a target', () => {
  it.each([
    ['demo:alice', 'subject', 'demo:alice'],
    ['*:alice', 'subject', '*:alice'],
    ['corporate:mallory:x', 'subject', 'corporate:mallory:x'],
    ['subject:demo:alice', 'subject', 'demo:alice'],
    ['stint:corporate:alice', 'subject', 'corporate:alice'],
    ['stint:alice', 'subject', 'stint:alice'],
    ['person:4711', 'subject', 'person:4711'],
    ['subject:person:4711', 'subject', 'person:4711'],
    ['group:corporate:engineers', 'group', 'corporate:engineers'],
    ['group:*:engineers', 'group', '*:engineers'],
    ['demo', 'provider', 'demo'],
    ['corporate', 'provider', 'corporate'],
    ['provider:media', 'provider', 'media'],
    ['media-uploader', 'role', 'media-uploader'],
    ['role:media', 'role', 'media'],
  ])('%s is the %s %s', (text, kind, name) => {
    expect(readBlockTarget(text, KNOWN)).toEqual({ ok: true, value: { kind, name } });
  });

  it.each([
    ['media', 'write provider:media or role:media'],
    ['media-uploder', 'did you mean media-uploader?'],
    ['corporat:mallory', 'did you mean corporate?'],
    ['role:nothing', 'there is no role nothing in force'],
    ['provider:*', 'there is no provider *'],
    ['group:engineers', 'write the group as provider:name'],
    ['subject:demo:', 'write the subject as provider:name'],
    [':alice', 'write the subject as provider:name'],
  ])('%s is refused', (text, message) => {
    const read = readBlockTarget(text, KNOWN);
    expect(read.ok ? '' : read.error).toContain(message);
  });

  it('is no person link where no connection declares one', () => {
    const read = readBlockTarget('person:4711', { ...KNOWN, hasLinks: false });
    expect(read.ok ? '' : read.error).toContain('there is no provider or connection person');
  });
});
