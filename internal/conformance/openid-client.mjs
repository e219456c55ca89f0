// A certified relying party signs somebody in at the pool, with all its checks. The pool's own control endpoint
// stands for the browser and the person in it.
import * as client from 'openid-client';
import { script } from './cognito.mjs';

async function configure({ issuer, clientId, clientSecret }) {
  const authentication = clientSecret ? client.ClientSecretBasic(clientSecret) : client.None();
  return client.discovery(new URL(issuer), clientId, undefined, authentication, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
}

async function signIn(config, { control, redirectUri, username, provider, sendNonce }) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = sendNonce ? client.randomNonce() : undefined;
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid email',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...(nonce && { nonce }),
    ...(provider && { identity_provider: provider }),
  });
  const body = JSON.stringify({ url: url.href, username });
  const { callbackUrl } = await (await fetch(control, { method: 'POST', body })).json();
  return client.authorizationCodeGrant(config, new URL(callbackUrl), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
}

// Says who signed in, and whether the tokens could be renewed, and could not after they were revoked.
await script(async (input) => {
  const config = await configure(input);
  try {
    const tokens = await signIn(config, input);
    const claims = tokens.claims();
    const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    const renewed = (await client.refreshTokenGrant(config, tokens.refresh_token)).claims().sub === claims.sub;
    await client.tokenRevocation(config, tokens.refresh_token);
    const refused = await client.refreshTokenGrant(config, tokens.refresh_token).catch(({ error }) => error);
    return { username: claims['cognito:username'], email: info.email, renewed, refused };
  } catch (error) {
    return { error: error.cause?.message ?? error.message };
  }
});
