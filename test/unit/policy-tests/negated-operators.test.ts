// RAM's own example of a Deny with NotIpAddress and two networks ("Access Alibaba Cloud resources by using a specific IP
// address or CIDR block"), from the document to what its tests say.
import { describe, expect, it } from 'vitest';
import { runPolicyTests } from '../../../shared/policy-tests/run-policy-tests.ts';
import { acceptedDocument } from '../rules/documents.ts';

const REQUEST = '"ecs:StopInstance acs:ecs:cn-hangzhou:1:instance/i-1"';
const from = (address: string, list: 'may' | 'mayNot'): string =>
  `  - { name: from ${address.replaceAll(':', '.')}, as: { provider: p, subject: alice, sourceIp: "${address}" }, role: r, expect: allow, ${list}: [${REQUEST}] }\n`;

const documentWith = (condition: string, ...tests: readonly string[]): string => `version: 1
providers: [{ id: p, kind: oidc, issuer: "https://i.example.com" }]
roles: [{ id: r, roleArn: "acs:ram::1234567890123456:role/r" }]
grants:
  - id: office
    to: { provider: p, subject: alice }
    role: r
    sessionPolicy:
      document:
        Version: "1"
        Statement:
          - { Effect: Allow, Action: "ecs:*", Resource: "*", Condition: {} }
          - { Effect: Deny, Action: "ecs:*", Resource: "*", Condition: ${condition} }
tests:
${tests.join('')}`;

describe('a Deny outside of several networks', () => {
  it.each([
    ['as RAM writes it', '{ NotIpAddress: { "acs:SourceIp": [192.0.2.0/24, 203.0.113.2] } }'],
    [
      'with a network that is IPv4-mapped',
      '{ NotIpAddress: { "acs:SourceIp": ["::ffff:192.0.2.0/120", 203.0.113.2] } }',
    ],
    [
      'with networks said twice',
      '{ NotIpAddress: { "acs:SourceIp": [192.0.2.7, 192.0.2.0/24, 203.0.113.2, 203.0.113.2] } }',
    ],
  ])('%s leaves access from each of them, and from nowhere else', async (_, condition) => {
    const text = documentWith(
      condition,
      from('192.0.2.9', 'may'),
      from('203.0.113.2', 'may'),
      from('198.51.100.1', 'mayNot'),
      from('203.0.113.3', 'mayNot'),
      from('2001:db8::1', 'mayNot'),
    );
    const { passed, failures } = await runPolicyTests(acceptedDocument(text), new Date());
    expect([passed, failures]).toEqual([5, []]);
  });
});
