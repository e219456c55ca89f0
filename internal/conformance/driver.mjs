// Carries out Amplify calls for a program in another language: one JSON object per line in, one per line out.
//
//   in:  {"call": "configure", "input": {"endpoint": "…", "userPoolId": "…", "clientId": "…"}}
//        {"call": "signIn", "input": {"username": "alice", "password": "…"}}
//   out: {"output": {"isSignedIn": true, "nextStep": {"signInStep": "DONE"}}, "events": ["signedIn"]}
//        {"error": {"name": "NotAuthorizedException", "message": "Incorrect username or password."}, "events": []}
//
// Amplify keeps a sign-in that is under way in module variables, so one process is one client.
import { createInterface } from 'node:readline';
import { auth, configure, Hub } from './amplify.mjs';

// Standard output is for answers only.
console.log = console.info = console.debug = console.error;

// A set-up URI is the result of a function, which does not survive JSON as it is.
const setupUris = (details) => ({
  sharedSecret: details.sharedSecret,
  setupUri: String(details.getSetupUri('Acme App', 'alice@example.com')),
  defaultSetupUri: String(details.getSetupUri('Acme App')),
});

const withSetupUris = (signIn) => {
  const details = signIn.nextStep.totpSetupDetails;
  return details ? { ...signIn, nextStep: { ...signIn.nextStep, totpSetupDetails: setupUris(details) } } : signIn;
};

const views = {
  signIn: withSetupUris,
  confirmSignIn: withSetupUris,
  setUpTOTP: setupUris,
};

async function carryOut(verb, { call, input }) {
  // An explicit undefined is not the same to Amplify as no argument.
  const output = input === undefined ? await verb() : await verb(input);
  return views[call] ? views[call](output) : output;
}

let events = [];
Hub.listen('auth', ({ payload }) => events.push(payload.event));

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const verb = request.call === 'configure' ? configure : auth[request.call];
  if (!verb) throw new Error(`aws-amplify/auth has no ${request.call}`);
  let answer;
  try {
    answer = { output: (await carryOut(verb, request)) ?? null };
  } catch ({ name, message }) {
    answer = { error: { name, message } };
  }
  // Amplify tells of some events when the call has returned.
  await new Promise(setImmediate);
  process.stdout.write(`${JSON.stringify({ ...answer, events })}\n`);
  events = [];
}
process.exit();
