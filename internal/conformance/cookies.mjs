// A browser that runs Amplify with its cookies (ssr: true), and a Node server that it visits. Both work on one cookie jar; a
// program in another language, which is a second server, is given what the browser would send and gives back what it sets.
// Lines of JSON as in driver.mjs. Verbs of aws-amplify/auth are the browser's; beside them:
//
//   {"call": "cookieHeader"}                            what the browser sends
//   {"call": "setCookies", "input": ["n=v; Path=/"]}    Set-Cookie headers of an answer
//   {"call": "serverSession", "input": {"forceRefresh": true}}
//   {"call": "serverUser"}
import { createInterface } from 'node:readline';
import './navigator.mjs';

// What the browser keeps. Scripts do not see what is HttpOnly.
const jar = new Map();

function keep(line) {
  const [pair, ...attributes] = line.split(/; */);
  const name = pair.slice(0, pair.indexOf('='));
  const attribute = (which) => attributes.find((a) => a.toLowerCase().split('=')[0] === which)?.slice(which.length + 1);
  if (Number(attribute('max-age') ?? 1) <= 0 || Date.parse(attribute('expires') ?? '') <= Date.now()) {
    jar.delete(name);
    return;
  }
  jar.set(name, { value: pair.slice(name.length + 1), httpOnly: attribute('httponly') !== undefined });
}

const header = (entries) => entries.map(([name, { value }]) => `${name}=${value}`).join('; ');

globalThis.document = {
  get cookie() {
    return header([...jar].filter(([, { httpOnly }]) => !httpOnly));
  },
  set cookie(line) {
    keep(line);
  },
  // Amplify looks for traces of frameworks.
  querySelector: () => null,
  querySelectorAll: () => [],
};

// After the document is there: Amplify looks for one while it loads.
const { Amplify } = await import('aws-amplify');
const browser = await import('aws-amplify/auth');
const server = await import('aws-amplify/auth/server');
const core = await import('aws-amplify/adapter-core');

let config;

// The server's view of the jar, as Next's: names like js-cookie's, values by encodeURIComponent.
const encodeName = (name) =>
  encodeURIComponent(name).replace(/%(2[346B]|5E|60|7C)/g, decodeURIComponent);
const adapter = {
  get(name) {
    const found = jar.get(encodeName(name));
    return found && { name, value: decodeURIComponent(found.value) };
  },
  getAll: () => [...jar].map(([name, { value }]) => ({ name, value })),
  set(name, value, { maxAge }) {
    keep(`${encodeName(name)}=${encodeURIComponent(value)}; Path=/; Max-Age=${maxAge}; Secure; SameSite=lax`);
  },
  delete: (name) => keep(`${encodeName(name)}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT`),
};

function onServer(operation) {
  const storage = core.createKeyValueStorageFromCookieStorageAdapter(adapter);
  const tokenProvider = core.createUserPoolsTokenProvider(config.Auth, storage);
  return core.runWithAmplifyServerContext(config, { Auth: { tokenProvider } }, operation);
}

const session = ({ tokens, userSub }) => ({
  accessToken: tokens?.accessToken?.toString(),
  idToken: tokens?.idToken?.toString(),
  signInDetails: tokens?.signInDetails,
  userSub,
});

const calls = {
  configure({ endpoint, userPoolId, clientId }) {
    config = { Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } } };
    Amplify.configure(config, { ssr: true });
  },
  cookieHeader: () => header([...jar]),
  setCookies: (lines) => lines.forEach(keep),
  serverSession: async (input) => session(await onServer((context) => server.fetchAuthSession(context, input))),
  serverUser: () => onServer((context) => server.getCurrentUser(context)),
  fetchAuthSession: async (input) => session(await browser.fetchAuthSession(input)),
};

// Standard output is for answers only.
console.log = console.info = console.debug = console.error;

for await (const line of createInterface({ input: process.stdin })) {
  const { call, input } = JSON.parse(line);
  const verb = calls[call] ?? browser[call];
  if (!verb) throw new Error(`there is no ${call}`);
  let answer;
  try {
    answer = { output: (await verb(input)) ?? null };
  } catch ({ name, message }) {
    answer = { error: { name, message } };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit();
