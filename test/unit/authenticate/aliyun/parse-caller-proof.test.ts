// A caller's proof is read only in its one form, and holds nothing from which another request could be built.
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../shared/kernel/secret.ts';
import { parseCallerProof } from '../../../../shared/pipeline/authenticate/aliyun/parse-caller-proof.ts';
import { callerProof, encodeProof, METHODS, proofValues } from '../../../support/caller-proofs.ts';

const parse = (text: string) => parseCallerProof(new Secret(text));
const changed = (change: Readonly<Record<string, unknown>>) => parse(callerProof({}, change));

describe('a proof is read', () => {
  it.each(METHODS)('with its values and no others: %s', (signatureMethod) => {
    const keys = { accessKeyId: 'STS.Nabc', accessKeySecret: 'secret', securityToken: 'CAIS/+a==' };
    const values = proofValues({ signatureMethod, keys });
    const proof = parse(encodeProof(JSON.stringify(values)));
    if (!proof) throw new Error('not read');
    const revealed = {
      ...proof,
      securityToken: proof.securityToken?.reveal(),
      signature: proof.signature.reveal(),
    };
    expect(revealed).toEqual(values);
  });

  it('and prints neither its signature nor its security token', () => {
    const keys = { accessKeyId: 'STS.Nabc', accessKeySecret: 'secret', securityToken: 'CAIS/+a==' };
    const values = proofValues({ keys });
    const printed = JSON.stringify(parse(encodeProof(JSON.stringify(values))));
    expect(printed).toContain('STS.Nabc');
    expect(printed).not.toContain('CAIS');
    expect(printed).not.toContain(String(values['signature']));
  });
});

describe('what could choose another request is no proof', () => {
  it.each([
    'url',
    'host',
    'method',
    'path',
    'query',
    'action',
    'version',
    'headers',
    'signedHeaders',
    'body',
    'audience',
    'endpoint',
    'constructor',
  ])('a member %s', (name) => {
    expect(changed({ [name]: 'x' })).toBeUndefined();
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a header in the access key id', { accessKeyId: 'LTAI,SignedHeaders=host' }],
    ['a line break in the access key id', { accessKeyId: 'LTAI\r\nx-evil: 1' }],
    ['a space in the access key id', { accessKeyId: 'LTAI x' }],
    ['an empty access key id', { accessKeyId: '' }],
    ['a line break in the nonce', { nonce: 'nonce-0000000000\r\nx-evil: 1' }],
    ['a parameter in the nonce', { nonce: 'nonce-0000000000&Action=AssumeRole' }],
    ['a short nonce', { nonce: 'n' }],
    ['a line break in the security token', { securityToken: 'CAIS\r\nx-evil: 1' }],
    ['a space in the security token', { securityToken: 'CAIS x' }],
    ['an empty security token', { securityToken: '' }],
    ['a security token of null', { securityToken: null }],
    ['a line break after the date', { date: '2026-03-01T12:00:00Z\n' }],
    ['a date with a fraction', { date: '2026-03-01T12:00:00.000Z' }],
    ['a date of another zone', { date: '2026-03-01T12:00:00+00:00' }],
    ['a day that does not exist', { date: '2026-02-30T12:00:00Z' }],
    ['a date as a number', { date: 1_772_366_400 }],
    ['a signature in capitals', { signature: 'A'.repeat(64) }],
    ['a signature with a tail', { signature: `${'a'.repeat(64)},x` }],
    ['a signature of the other method', { signature: `${'A'.repeat(27)}=` }],
    ['a signature as a list', { signature: ['a'.repeat(64)] }],
    ['no signature', { signature: undefined }],
    ['no nonce', { nonce: undefined }],
    ['another signature method', { signatureMethod: 'none' }],
    ['a signature method in other case', { signatureMethod: 'acs3-hmac-sha256' }],
  ])('%s', (_, change) => {
    expect(changed(change)).toBeUndefined();
  });
});

describe('one proof is written in one way', () => {
  const json = JSON.stringify(proofValues());
  const good = encodeProof(json);

  it('which is read', () => {
    expect(parse(good)).toBeDefined();
  });

  it.each<[string, string]>([
    ['another prefix', good.replace('stint-acs1.', 'stint-acs2.')],
    ['a prefix in capitals', good.replace('stint-acs1.', 'STINT-ACS1.')],
    ['a letter that is not base64url', `${good}!`],
    ['padding', `${good}=`],
    ['a space at the end', `${good} `],
    ['nothing behind the prefix', 'stint-acs1.'],
    ['a list', encodeProof(`[${json}]`)],
    ['a member twice', encodeProof(json.replace('{', '{"nonce":"nonce-99999999999999999999",'))],
    [
      'a member twice, once escaped',
      encodeProof(json.replace('{', '{"\\u006eonce":"nonce-99999999999999999999",')),
    ],
    ['a prototype', encodeProof(json.replace('{', '{"__proto__":{},'))],
    ['text behind the JSON', encodeProof(`${json}{}`)],
    ['text that is not JSON', encodeProof('nonsense')],
  ])('and not with %s', (_, text) => {
    expect(parse(text)).toBeUndefined();
  });

  const nextLetter = (letter = ''): string => String.fromCharCode(letter.charCodeAt(0) + 1);

  it('and not with other bits where base64url reads none', () => {
    const oneByteOver = `${json}${' '.repeat((4 - (json.length % 3)) % 3)}`;
    const proof = encodeProof(oneByteOver);
    const twin = `${proof.slice(0, -1)}${nextLetter(proof.at(-1))}`;
    const decode = (text: string): string => Buffer.from(text.slice(11), 'base64url').toString();
    expect(decode(twin)).toBe(decode(proof));
    expect(parse(proof)).toBeDefined();
    expect(parse(twin)).toBeUndefined();
  });

  it('and its signature not with other bits where base64 reads none', () => {
    const values = proofValues({ signatureMethod: 'HMAC-SHA1' });
    const signature = String(values['signature']);
    const twin = `${signature.slice(0, 26)}${nextLetter(signature[26])}=`;
    expect(Buffer.from(twin, 'base64')).toEqual(Buffer.from(signature, 'base64'));
    expect(parse(encodeProof(JSON.stringify({ ...values, signature: twin })))).toBeUndefined();
  });
});
