// Guarantees: the request to STS holds a fixed set of headers and parameters, whatever the caller sends.
import { describe, expect, it } from 'vitest';
import { rebuildCallerRequest } from '../../../shared/adapters/alibaba-cloud/rebuild-caller-request.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { parseCallerProof } from '../../../shared/pipeline/authenticate/aliyun/parse-caller-proof.ts';
import {
  callerProof,
  METHODS,
  PARTNER_KEY,
  type SignedParts,
  STS_HOST,
} from '../../support/caller-proofs.ts';

const AUDIENCE = 'https://vend.example.com/a b&Action=AssumeRole';

function rebuild(parts: SignedParts) {
  const proof = parseCallerProof(new Secret(callerProof({ nonce: 'nonce-of-twenty-one-x', ...parts })));
  if (!proof) throw new Error('no proof');
  return rebuildCallerRequest(proof, STS_HOST, AUDIENCE);
}

const TEMPORARY = { ...PARTNER_KEY, securityToken: 'CAIS/+a==' };

describe('the request that is sent to STS', () => {
  it('has under ACS3-HMAC-SHA256 these headers and no others', () => {
    const { headers, ...rest } = rebuild({});
    expect(rest).toEqual({
      method: 'POST',
      pathAndQuery: '/?StintAudience=https%3A%2F%2Fvend.example.com%2Fa%20b%26Action%3DAssumeRole',
      body: '',
    });
    const { authorization, ...others } = headers;
    expect(others).toEqual({
      host: STS_HOST,
      accept: 'application/json',
      'x-acs-action': 'GetCallerIdentity',
      'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-acs-date': '2026-03-01T12:00:00Z',
      'x-acs-signature-nonce': 'nonce-of-twenty-one-x',
      'x-acs-version': '2015-04-01',
    });
    expect(authorization).toMatch(
      /^ACS3-HMAC-SHA256 Credential=LTAIpartner,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=[0-9a-f]{64}$/,
    );
  });

  it('has under HMAC-SHA1 these parameters and no others', () => {
    const { method, pathAndQuery, headers, body } = rebuild({ signatureMethod: 'HMAC-SHA1' });
    expect([method, pathAndQuery]).toEqual(['POST', '/']);
    expect(headers).toEqual({
      host: STS_HOST,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    });
    const { Signature, ...others } = Object.fromEntries(new URLSearchParams(body));
    expect(others).toEqual({
      AccessKeyId: 'LTAIpartner',
      Action: 'GetCallerIdentity',
      Format: 'json',
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: 'nonce-of-twenty-one-x',
      SignatureVersion: '1.0',
      StintAudience: AUDIENCE,
      Timestamp: '2026-03-01T12:00:00Z',
      Version: '2015-04-01',
    });
    expect(Signature).toMatch(/^[A-Za-z0-9+/]{27}=$/);
  });

  it.each(METHODS)(
    'carries a security token outside the URL, and under the signature: %s',
    (signatureMethod) => {
      const { pathAndQuery, headers, body } = rebuild({ signatureMethod, keys: TEMPORARY });
      expect(pathAndQuery).not.toContain('CAIS');
      const carried = headers['x-acs-security-token'] ?? new URLSearchParams(body).get('SecurityToken');
      expect(carried).toBe('CAIS/+a==');
      const list = headers['authorization']?.split('SignedHeaders=')[1]?.split(',')[0]?.split(';') ?? [];
      expect(list.includes('x-acs-security-token')).toBe(signatureMethod === 'ACS3-HMAC-SHA256');
      expect(list).toEqual([...list].sort());
    },
  );
});
