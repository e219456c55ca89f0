// Signs in twice with amazon-cognito-identity-js, which keeps the device in memory in between.
import './navigator.mjs';
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { script } from './cognito.mjs';

function signIn({ endpoint, userPoolId, clientId, username, password, code }) {
  const pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: clientId, endpoint });
  const user = new CognitoUser({ Username: username, Pool: pool });
  let askedForCode = false;
  return new Promise((resolve, reject) => {
    const callbacks = {
      onSuccess: (session) => resolve({ askedForCode, accessToken: session.getAccessToken().getJwtToken() }),
      onFailure: reject,
      totpRequired: (challenge) => {
        askedForCode = true;
        user.sendMFACode(code, callbacks, challenge);
      },
    };
    user.authenticateUser(new AuthenticationDetails({ Username: username, Password: password }), callbacks);
  });
}

await script(async (input) => ({ signIns: [await signIn(input), await signIn(input)] }));
