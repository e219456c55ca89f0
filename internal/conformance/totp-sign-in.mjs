// Signs in with a password and the code of an authenticator app, by the AWS SDK for JavaScript, and says who that was. It
// runs in Node and, bundled, in a browser.
import {
  CognitoIdentityProviderClient, GetUserCommand, InitiateAuthCommand, RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';

export async function signIn({ endpoint, clientId, username, password, code }) {
  const client = new CognitoIdentityProviderClient({ endpoint, region: 'eu-west-1' });
  const challenge = await client.send(new InitiateAuthCommand({
    ClientId: clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: username, PASSWORD: password },
  }));
  const answer = await client.send(new RespondToAuthChallengeCommand({
    ClientId: clientId, ChallengeName: challenge.ChallengeName, Session: challenge.Session,
    ChallengeResponses: { USERNAME: username, SOFTWARE_TOKEN_MFA_CODE: code },
  }));
  const user = await client.send(new GetUserCommand({ AccessToken: answer.AuthenticationResult.AccessToken }));
  return user.Username;
}
