// A web page with the published aws-amplify and managed login: redirect_test.go bundles it, and drives it in a browser.
//
// What Amplify tells of survives the navigation, to the pages of the pool and back, in the session storage.
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import 'aws-amplify/auth/enable-oauth-listener';
import { Hub } from 'aws-amplify/utils';

const told = () => JSON.parse(sessionStorage.getItem('told') ?? '[]');

Hub.listen('auth', ({ payload: { event, data } }) => {
  // What went wrong is an error, which JSON does not show.
  const detail = data?.error?.name ?? (typeof data === 'string' ? data : undefined);
  sessionStorage.setItem('told', JSON.stringify([...told(), detail === undefined ? event : `${event}: ${detail}`]));
});

globalThis.told = told;
globalThis.call = async (verb, input) => {
  try {
    return { output: (await auth[verb](input)) ?? null };
  } catch ({ name, message }) {
    return { error: name, message };
  }
};

Amplify.configure(globalThis.configuration);
