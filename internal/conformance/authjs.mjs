// Auth.js with its Cognito provider signs somebody in at the pool. The pool's own control endpoint stands for the
// person; the browser is the cookies in a map.
import { Auth } from '@auth/core';
import Cognito from '@auth/core/providers/cognito';
import { script } from './cognito.mjs';

function configure({ issuer, clientId, clientSecret, checks, provider }, errors) {
  const params = { scope: 'openid email', ...(provider && { identity_provider: provider }) };
  return {
    basePath: '/auth',
    secret: 'a secret of the application, for its own cookies',
    trustHost: true,
    providers: [Cognito({ issuer, clientId, clientSecret, checks, authorization: { params } })],
    logger: { error: (error) => errors.push(error.cause?.err?.message ?? error.message), warn() {}, debug() {} },
  };
}

// browserOf returns a function that sends a request of a browser to the application.
function browserOf(app, config) {
  const jar = new Map();
  return async (path, form) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const request = form
      ? { method: 'POST', body: new URLSearchParams(form), headers: { cookie } }
      : { headers: { cookie } };
    const response = await Auth(new Request(new URL(path, app), request), config);
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split(/=(.*)/s);
      jar.set(name, value);
    }
    return response;
  };
}

// Says whose session the application has, and which errors it met.
await script(async (input) => {
  const errors = [];
  const visit = browserOf(input.app, configure(input, errors));
  const { csrfToken } = await (await visit('/auth/csrf')).json();
  const start = await visit('/auth/signin/cognito', { csrfToken, callbackUrl: input.app });
  const body = JSON.stringify({ url: start.headers.get('location'), username: input.username });
  const { callbackUrl } = await (await fetch(input.control, { method: 'POST', body })).json();
  await visit(callbackUrl);
  const session = await (await visit('/auth/session')).json();
  return { email: session?.user?.email ?? '', errors };
});
