// A user pool of one user that checks passwords with the server side of cognito-srp. It prints its endpoint as a line of
// JSON and serves until it is told to end.
//
// cognito-srp keeps the leading zero bytes of B and S, where Cognito drops them; that makes 1 handshake in 256 fail. So
// the server's secret is the first of a fixed series that gives neither. Its salt is fixed, and has no leading zeros.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import cognitoSrp from 'cognito-srp';
import ServerChallenges from 'cognito-srp/dist/lib/ServerPasswordChallenge.js';

const { poolName, username, password } = JSON.parse(process.argv[2]);
const salt = '3f2a9c5b7d8e1f00a1b2c3d4e5f60718';
const secretBlock = Buffer.from('a secret block of the server').toString('base64');
const user = await new cognitoSrp.UserPool(poolName).createUser({ username, password }, salt);

let session;

function begin(A) {
  for (let n = 0; ; n++) {
    const b = createHash('sha256').update(`b ${n}`).digest();
    const challenge = new ServerChallenges.ServerPasswordChallenge(poolName, user, b);
    const B = challenge.calculateB();
    session = challenge.getSession(A);
    if (B[0] !== 0 && session.key[0] !== 0) return B.toString('hex');
  }
}

// Nobody checks the signature.
const token = (claims) =>
  [{ alg: 'RS256', kid: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.c2ln';

function tokens() {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: '4f8c2d1e-90ab-4cde-8123-456789abcdef', iat: now, exp: now + 3600 };
  return {
    AccessToken: token({ ...claims, token_use: 'access', username }),
    IdToken: token({ ...claims, token_use: 'id', 'cognito:username': username }),
    RefreshToken: 'refresh',
    ExpiresIn: 3600,
    TokenType: 'Bearer',
  };
}

const operations = {
  InitiateAuth: ({ AuthParameters: { SRP_A } }) => ({
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeParameters: {
      SALT: salt,
      SRP_B: begin(SRP_A),
      SECRET_BLOCK: secretBlock,
      USERNAME: username,
      USER_ID_FOR_SRP: username,
    },
  }),
  RespondToAuthChallenge: ({ ChallengeResponses: answer }) => {
    const signature = session.calculateSignature(answer.PASSWORD_CLAIM_SECRET_BLOCK, answer.TIMESTAMP);
    if (signature !== answer.PASSWORD_CLAIM_SIGNATURE) return undefined;
    return { ChallengeParameters: {}, AuthenticationResult: tokens() };
  },
};

const server = createServer(async (request, response) => {
  const operation = request.headers['x-amz-target'].split('.')[1];
  const answer = operations[operation](await json(request));
  response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(
    JSON.stringify(answer ?? { __type: 'NotAuthorizedException', message: 'Incorrect username or password.' }),
  );
});

server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ endpoint: `http://127.0.0.1:${server.address().port}/` }));
});
process.on('SIGTERM', () => process.exit());
