// An authenticator in software: one key, no attestation (WebAuthn Level 3, sections 6.1 and 6.5). Does what it is told,
// also what no real one would.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED = 0x40;

/** What is to be other than it should. */
export interface Forgery {
  readonly challenge?: string;
  readonly origin?: string;
  readonly rpId?: string;
  readonly flags?: number;
  readonly counter?: number;
  readonly userHandle?: string;
  readonly type?: string;
}

/** The part of WebAuthn's JSON options that it goes by. */
export interface CeremonyOptions {
  readonly challenge: string;
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
}

const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url');
const hash = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();

/** CBOR (RFC 8949) of byte strings of 24 to 255 bytes, in its one shortest form. */
const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0x58, bytes.length]), bytes]);
const cborText = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);

export class Authenticator {
  readonly id = randomBytes(16);
  counter = 0;
  #userHandle = '';
  readonly #origin: string;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  constructor(origin: string) {
    this.#origin = origin;
  }

  #clientData(type: string, asked: CeremonyOptions, forgery: Forgery): Buffer {
    const { challenge = asked.challenge, origin = this.#origin } = forgery;
    return Buffer.from(JSON.stringify({ type: forgery.type ?? type, challenge, origin, crossOrigin: false }));
  }

  #data(asked: CeremonyOptions, flags: number, forgery: Forgery, more = Buffer.alloc(0)): Buffer {
    const rpId = forgery.rpId ?? asked.rp?.id ?? asked.rpId ?? '';
    this.counter = forgery.counter ?? this.counter + 1;
    const tail = Buffer.alloc(5);
    tail.writeUInt8(forgery.flags ?? flags, 0);
    tail.writeUInt32BE(this.counter, 1);
    return Buffer.concat([hash(rpId), tail, more]);
  }

  /** COSE (RFC 9053 section 7.1): {1: EC2, 3: ES256, -1: P-256, -2: x, -3: y}. */
  #publicKey(): Buffer {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    const [left, right] = [x, y].map((text) => cborBytes(Buffer.from(text, 'base64url')));
    const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]);
    return Buffer.concat([head, left ?? head, Buffer.from([0x22]), right ?? head]);
  }

  create(asked: CeremonyOptions, forgery: Forgery = {}): string {
    this.#userHandle = asked.user?.id ?? '';
    const length = Buffer.from([0, this.id.length]);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, this.#publicKey()]);
    const flags = forgery.flags === undefined ? {} : { flags: forgery.flags | ATTESTED };
    const data = this.#data(
      asked,
      USER_PRESENT | USER_VERIFIED | ATTESTED,
      { ...forgery, ...flags },
      attested,
    );
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      ...[cborText('fmt'), cborText('none'), cborText('attStmt'), Buffer.from([0xa0])],
      ...[cborText('authData'), cborBytes(data)],
    ]);
    return this.#answer({
      clientDataJSON: base64url(this.#clientData('webauthn.create', asked, forgery)),
      attestationObject: base64url(attestationObject),
      transports: ['internal'],
    });
  }

  get(asked: CeremonyOptions, forgery: Forgery = {}): string {
    const clientData = this.#clientData('webauthn.get', asked, forgery);
    const data = this.#data(asked, USER_PRESENT | USER_VERIFIED, forgery);
    const signature = sign('sha256', Buffer.concat([data, hash(clientData)]), this.#keys.privateKey);
    return this.#answer({
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(data),
      signature: base64url(signature),
      userHandle: forgery.userHandle ?? this.#userHandle,
    });
  }

  #answer(response: object): string {
    const id = base64url(this.id);
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }
}
