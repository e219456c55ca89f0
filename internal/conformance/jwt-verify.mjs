// Verifies tokens with aws-jwt-verify, AWS's own verifier, and says of each whose it is or why it is refused.
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { script } from './cognito.mjs';

await script(async ({ userPoolId, clientId, jwks, tokens }) => {
  const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: null });
  verifier.cacheJwks(jwks);
  return Promise.all(
    tokens.map(async ({ token, use }) => {
      try {
        const claims = await verifier.verify(token, { tokenUse: use });
        return { sub: claims.sub };
      } catch (error) {
        return { error: error.constructor.name };
      }
    }),
  );
});
