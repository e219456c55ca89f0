// Signs in with the arithmetic of cognito-srp-helper, and requests made by hand.
import { createSrpSession, signSrpSession, wrapAuthChallenge, wrapInitiateAuth } from 'cognito-srp-helper';
import { call, script } from './cognito.mjs';

await script(async ({ endpoint, userPoolId, clientId, username, password }) => {
  const session = createSrpSession(username, password, userPoolId, false);
  const challenge = await call(
    endpoint,
    'InitiateAuth',
    wrapInitiateAuth(session, {
      ClientId: clientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: username },
    }),
  );
  const answer = await call(
    endpoint,
    'RespondToAuthChallenge',
    wrapAuthChallenge(signSrpSession(session, challenge), {
      ClientId: clientId,
      ChallengeName: challenge.ChallengeName,
      ChallengeResponses: { USERNAME: challenge.ChallengeParameters.USER_ID_FOR_SRP },
      Session: challenge.Session,
    }),
  );
  const { AccessToken: accessToken, IdToken: idToken } = answer.AuthenticationResult;
  return { accessToken, idToken };
});
