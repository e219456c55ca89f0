// A page's window with an authenticator behind it: as much of WebAuthn as Amplify asks for. Load it before driver.mjs:
//
//   node --import ./authenticator.mjs driver.mjs
//
// It signs with ES256, counts its signatures and says that its user was there and verified.
import './navigator.mjs';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const origin = 'http://localhost:3000';
const passkeys = new Map(); // by id, base64url

class PublicKeyCredential {}
class AuthenticatorAttestationResponse {}
class AuthenticatorAssertionResponse {}

const sha256 = (data) => createHash('sha256').update(data).digest();
const arrayBuffer = (bytes) => new Uint8Array(bytes).buffer;

const clientData = (type, challenge) =>
  Buffer.from(JSON.stringify({ type, challenge: Buffer.from(challenge).toString('base64url'), origin, crossOrigin: false }));

function authenticatorData(rpId, flags, counter, ...more) {
  const fixed = Buffer.alloc(5);
  fixed.writeUInt8(flags);
  fixed.writeUInt32BE(counter, 1);
  return Buffer.concat([sha256(rpId), fixed, ...more]);
}

const present = 0x01 | 0x04;
const attested = 0x40;

function attestedCredential(id, publicKey) {
  const { x, y } = publicKey.export({ format: 'jwk' });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(id.length);
  // COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
  const cose = ['a5010203262001215820', Buffer.from(x, 'base64url'), '225820', Buffer.from(y, 'base64url')];
  return [Buffer.alloc(16), length, id, ...cose.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part))];
}

// CBOR: {"fmt": "none", "attStmt": {}, "authData": data}
function attestationObject(data) {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length);
  return Buffer.concat([
    Buffer.from('a3', 'hex'), Buffer.from('cfmtdnonegattStmt'), Buffer.from('a0', 'hex'), Buffer.from('hauthData'),
    Buffer.from('59', 'hex'), length, data,
  ]);
}

const credential = (id, response) => Object.assign(new PublicKeyCredential(), {
  id: id.toString('base64url'), rawId: arrayBuffer(id), type: 'public-key', authenticatorAttachment: 'platform',
  getClientExtensionResults: () => ({}), response,
});

async function create({ publicKey: { rp, user, challenge, excludeCredentials } }) {
  if (excludeCredentials.some(({ id }) => passkeys.has(Buffer.from(id).toString('base64url')))) {
    throw new DOMException('The user has a passkey here.', 'InvalidStateError');
  }
  const id = randomBytes(32);
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  passkeys.set(id.toString('base64url'), { ...pair, rpId: rp.id, userHandle: user.id, counter: 0 });
  const data = authenticatorData(rp.id, present | attested, 0, ...attestedCredential(id, pair.publicKey));
  return credential(id, Object.assign(new AuthenticatorAttestationResponse(), {
    clientDataJSON: arrayBuffer(clientData('webauthn.create', challenge)),
    attestationObject: arrayBuffer(attestationObject(data)),
    getTransports: () => ['internal'],
    getPublicKeyAlgorithm: () => -7,
    getAuthenticatorData: () => arrayBuffer(data),
    getPublicKey: () => arrayBuffer(pair.publicKey.export({ type: 'spki', format: 'der' })),
  }));
}

async function get({ publicKey: { rpId, challenge, allowCredentials } }) {
  const allowed = allowCredentials.map(({ id }) => Buffer.from(id).toString('base64url'));
  const id = allowed.find((name) => passkeys.get(name)?.rpId === rpId);
  if (!id) throw new DOMException('There is no such passkey.', 'NotAllowedError');
  const passkey = passkeys.get(id);
  passkey.counter++;
  const client = clientData('webauthn.get', challenge);
  const data = authenticatorData(rpId, present, passkey.counter);
  return credential(Buffer.from(id, 'base64url'), Object.assign(new AuthenticatorAssertionResponse(), {
    clientDataJSON: arrayBuffer(client),
    authenticatorData: arrayBuffer(data),
    signature: arrayBuffer(sign('sha256', Buffer.concat([data, sha256(client)]), passkey.privateKey)),
    userHandle: passkey.userHandle,
  }));
}

navigator.credentials = { create, get };
// Amplify looks for web frameworks in the document, which is as good as empty.
const document = Object.assign(new EventTarget(), { querySelector: () => null, querySelectorAll: () => [] });
Object.assign(globalThis, {
  PublicKeyCredential, AuthenticatorAttestationResponse, AuthenticatorAssertionResponse, document,
  window: Object.assign(new EventTarget(), { document, isSecureContext: true, PublicKeyCredential }),
});
