// Against an attacker who changes a message of an identity provider that signs one of the two elements: that element must be
// signed, everything that is read comes out of it, and no rearrangement adds anything.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTACKER, connection, PERSISTENT, samlXml, verdict } from '../support/saml-idp.ts';
import { WRAPPINGS } from '../support/saml-wrapping.ts';

const MALLORY = { contents: { nameId: { value: 'mallory', format: PERSISTENT } } };
const BOTH = samlXml(MALLORY);
const OF_ASSERTION = samlXml({ ...MALLORY, responseSigner: undefined });
const OF_RESPONSE = samlXml({ ...MALLORY, assertionSigner: undefined });
const UNSIGNED = samlXml({ ...MALLORY, assertionSigner: undefined, responseSigner: undefined });

const MODES = ['assertion', 'response'] as const;
const at = (signedElement: (typeof MODES)[number]) => ({ connection: connection({ signedElement }) });

describe('what the connection says is signed', () => {
  /**
   * @attack SAML: the signature missing that a connection asks for alone
   * @removed the demand for it
   * @failed 4 of 33: must be: the assertion: `expected 'signature-wrong' to be 'assertion-unsigned'`
   * @note nothing is taken without signed bytes
   */
  it.each([
    ['assertion', OF_ASSERTION, 'mallory signed on'],
    ['assertion', OF_RESPONSE, 'assertion-unsigned'],
    ['response', OF_RESPONSE, 'mallory signed on'],
    ['response', OF_ASSERTION, 'response-unsigned'],
  ] as const)('must be: the %s', (signedElement, xml, outcome) => {
    expect(verdict(xml, at(signedElement))).toBe(outcome);
  });

  it.each(MODES)('must be there: the %s', (signedElement) => {
    expect(verdict(UNSIGNED, at(signedElement))).toBe(`${signedElement}-unsigned`);
    expect(verdict(BOTH, at(signedElement))).toBe('mallory signed on');
  });

  it('must be both where it says nothing', () => {
    expect(verdict(OF_ASSERTION)).toBe('response-unsigned');
    expect(verdict(OF_RESPONSE)).toBe('assertion-unsigned');
  });

  /**
   * @attack SAML: a stranger's signature beside the one that is asked for
   * @removed the refusal of either wrong one
   * @failed 2 of 33: by the identity provider, and so is the other one if it is: assertion: `expected
   *   'mallory signed on' to be 'signature-wrong'`
   */
  it.each([
    ['assertion', { assertionSigner: ATTACKER, responseSigner: undefined }],
    ['assertion', { responseSigner: ATTACKER }],
    ['response', { responseSigner: ATTACKER, assertionSigner: undefined }],
    ['response', { assertionSigner: ATTACKER }],
  ] as const)('by the identity provider, and so is the other one if it is: %s', (signedElement, signers) => {
    expect(verdict(samlXml({ ...MALLORY, ...signers }), at(signedElement))).toBe('signature-wrong');
  });

  it('about itself alone', () => {
    const swapped = OF_ASSERTION.replace('URI="#_assertion1"', 'URI="#_response1"');
    expect(verdict(swapped, at('assertion'))).toBe('reference-wrong');
  });

  it.each([
    ['assertion', OF_ASSERTION],
    ['response', OF_RESPONSE],
  ] as const)('cannot be changed: %s', (signedElement, xml) => {
    for (const [from, to] of [
      ['>mallory<', '>alice<'],
      ['>media<', '>admin<'],
      [':PasswordProtectedTransport<', ':Smartcard<'],
    ] as const)
      expect(verdict(xml.replace(from, to), at(signedElement))).toBe('signature-wrong');
  });

  it.each([
    ['assertion', OF_ASSERTION],
    ['response', OF_RESPONSE],
  ] as const)('and has no words that it does not cover: %s', (signedElement, xml) => {
    const more = xml.replace('<saml:NameID ', '<saml:NameID xmlnsx="unsigned" ');
    expect(verdict(more, at(signedElement))).toBe('signed-bytes-differ');
  });
});

describe('a rearranged response is no response', () => {
  it.each(WRAPPINGS)('%s', (name, wrap) => {
    for (const xml of [BOTH, OF_RESPONSE])
      if (xml === BOTH || /XSW [12]:/.test(name))
        expect(verdict(wrap(xml), at('response'))).toBe('structure-unexpected');
    for (const xml of [BOTH, OF_ASSERTION])
      if (xml === BOTH || !/XSW [12]:/.test(name))
        expect(verdict(wrap(xml), at('assertion'))).toBe('structure-unexpected');
  });
});

describe('the envelope that nobody signed', () => {
  it.each([
    [
      'its destination',
      /Destination="[^"]*"/,
      'Destination="https://other.example/acs"',
      'destination-wrong',
    ],
    ['its issuer', /<saml:Issuer>[^<]*/, '<saml:Issuer>https://other.example', 'issuer-wrong'],
    ['the request that it answers', 'InResponseTo="', 'InResponseTo="_other', 'request-unknown'],
    ['its status', 'status:Success', 'status:Requester', 'idp-refused'],
    ['its time', /IssueInstant="[^"]*"/, 'IssueInstant="2030-01-01T00:00:00Z"', 'not-yet-valid'],
  ] as const)('is checked all the same: %s', (_, from, to, cause) => {
    expect(verdict(OF_ASSERTION.replace(from, to), at('assertion'))).toBe(cause);
  });

  it.each([
    ['its recipient', 'Recipient="', 'Recipient="https://other.example/', 'recipient-wrong'],
    ['its audience', '<saml:Audience>', '<saml:Audience>https://other.example/', 'audience-wrong'],
    ['the request that it answers', /(Recipient="[^"]*") InResponseTo="[^"]*"/, '$1', 'request-unknown'],
  ])('answers for nothing: the assertion says for itself %s', (_, from, to, cause) => {
    const xml = samlXml({ ...MALLORY, responseSigner: undefined, edit: (text) => text.replace(from, to) });
    expect(verdict(xml, at('assertion'))).toBe(cause);
  });

  it('brings nobody else on, however the message is damaged', () => {
    const messages = { assertion: OF_ASSERTION, response: OF_RESPONSE };
    const damage = fc.record({
      mode: fc.constantFrom(...MODES),
      at: fc.nat(OF_ASSERTION.length),
      cut: fc.nat(60),
      text: fc.oneof(
        fc.constantFrom('<x/>', ' ', '&#32;', 'ID="_x" ', '</saml:NameID>', '"', '', '>alice<'),
        fc.nat(OF_ASSERTION.length).map((start) => OF_ASSERTION.slice(start, start + 300)),
      ),
    });
    fc.assert(
      fc.property(damage, ({ mode, at: start, cut, text }) => {
        const xml = messages[mode];
        const outcome = verdict(xml.slice(0, start) + text + xml.slice(start + cut), at(mode));
        if (outcome.endsWith('signed on')) expect(outcome).toBe('mallory signed on');
      }),
      { numRuns: 400 },
    );
  });
});
