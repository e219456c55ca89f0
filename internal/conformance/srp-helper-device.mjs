// Signs in, registers a device and signs in on it, with the arithmetic of cognito-srp-helper and requests made by hand.
import {
  createDeviceVerifier,
  createSrpSession,
  signSrpSession,
  signSrpSessionWithDevice,
  wrapAuthChallenge,
  wrapInitiateAuth,
} from 'cognito-srp-helper';
import { call, script } from './cognito.mjs';

await script(async ({ endpoint, userPoolId, clientId, username, password, code }) => {
  const respond = (session, challenge, name, responses) =>
    call(
      endpoint,
      'RespondToAuthChallenge',
      wrapAuthChallenge(session, {
        ClientId: clientId,
        ChallengeName: name,
        ChallengeResponses: { USERNAME: username, ...responses },
        Session: challenge.Session,
      }),
    );

  async function signIn(device) {
    const known = device && { DEVICE_KEY: device.key };
    const session = createSrpSession(username, password, userPoolId, false);
    const request = { ClientId: clientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME: username } };
    const challenge = await call(endpoint, 'InitiateAuth', wrapInitiateAuth(session, request));
    const signed = signSrpSession(session, challenge);
    let answer = await respond(signed, challenge, 'PASSWORD_VERIFIER', known);
    const askedForCode = answer.ChallengeName === 'SOFTWARE_TOKEN_MFA';
    if (askedForCode) answer = await respond(signed, answer, 'SOFTWARE_TOKEN_MFA', { SOFTWARE_TOKEN_MFA_CODE: code });
    if (answer.ChallengeName === 'DEVICE_SRP_AUTH') {
      answer = await respond(signed, answer, 'DEVICE_SRP_AUTH', known);
      const proof = signSrpSessionWithDevice(session, answer, device.groupKey, device.password);
      answer = await respond(proof, answer, 'DEVICE_PASSWORD_VERIFIER', known);
    }
    return { askedForCode, ...answer.AuthenticationResult };
  }

  async function register({ AccessToken, NewDeviceMetadata: { DeviceKey, DeviceGroupKey } }) {
    const { DeviceSecretVerifierConfig, DeviceRandomPassword } = createDeviceVerifier(DeviceKey, DeviceGroupKey);
    const body = { AccessToken, DeviceKey, DeviceName: 'conformance', DeviceSecretVerifierConfig };
    await call(endpoint, 'ConfirmDevice', body);
    return { key: DeviceKey, groupKey: DeviceGroupKey, password: DeviceRandomPassword };
  }

  const first = await signIn();
  const second = await signIn(await register(first));
  return {
    signIns: [first, second].map(({ askedForCode, AccessToken }) => ({ askedForCode, accessToken: AccessToken })),
  };
});
