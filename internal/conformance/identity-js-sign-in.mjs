// Signs in with amazon-cognito-identity-js, Amplify's predecessor, by SRP.
import './navigator.mjs';
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { script } from './cognito.mjs';

await script(({ endpoint, userPoolId, clientId, username, password, code }) => {
  const pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: clientId, endpoint });
  const user = new CognitoUser({ Username: username, Pool: pool });
  return new Promise((resolve, reject) => {
    const callbacks = {
      onSuccess: (session) =>
        resolve({
          accessToken: session.getAccessToken().getJwtToken(),
          idToken: session.getIdToken().getJwtToken(),
        }),
      onFailure: reject,
      totpRequired: (challenge) => user.sendMFACode(code, callbacks, challenge),
    };
    user.authenticateUser(new AuthenticationDetails({ Username: username, Password: password }), callbacks);
  });
});
