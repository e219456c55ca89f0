// What a front end bundles: the published aws-amplify and the AWS SDK for JavaScript, at the endpoint of a pool.
import { Amplify } from 'aws-amplify';
import { confirmSignIn, fetchAuthSession, fetchUserAttributes, getCurrentUser, signIn, signOut } from 'aws-amplify/auth';
import { CognitoIdentityProviderClient, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import { signIn as signInWithSDK } from './totp-sign-in.mjs';

// Signs in by SRP and with a code, renews the tokens, and signs out.
async function amplify({ endpoint, userPoolId, clientId, username, password, code }) {
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } } });
  const steps = [(await signIn({ username, password })).nextStep.signInStep];
  steps.push((await confirmSignIn({ challengeResponse: code })).nextStep.signInStep);
  const { username: name } = await getCurrentUser();
  const { email } = await fetchUserAttributes();
  const before = await fetchAuthSession();
  const after = await fetchAuthSession({ forceRefresh: true });
  const renewed = before.tokens.accessToken.toString() !== after.tokens.accessToken.toString();
  await signOut();
  return { steps, name, email, renewed, signedOut: (await fetchAuthSession()).tokens === undefined };
}

// Signs in, and lists the users as an administrator, whose requests are signed.
async function sdk({ userPoolId, ...input }) {
  const administrator = new CognitoIdentityProviderClient({
    endpoint: input.endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const name = await signInWithSDK(input);
  const { Users } = await administrator.send(new ListUsersCommand({ UserPoolId: userPoolId }));
  return { name, users: Users.map((user) => user.Username) };
}

const outcome = (run) => async (input) => {
  try {
    return JSON.stringify(await run(input));
  } catch (error) {
    return JSON.stringify({ error: `${error.name}: ${error.message}` });
  }
};
Object.assign(globalThis, { amplify: outcome(amplify), sdk: outcome(sdk) });
