// A web page with the published aws-amplify and managed login: redirect_test.go bundles it, and drives it in a browser.
//
// What Amplify tells of survives the navigation, to the pages of the pool and back, in the session storage.
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import 'aws-amplify/auth/enable-oauth-listener';
import { Hub } from 'aws-amplify/utils';

const told = () => JSON.parse(sessionStorage.getItem('told') ?? '[]');

// What is told is shown as well: a driver can wait for an element across navigations.
const show = (what) => {
  const item = document.createElement('li');
  item.dataset.what = what;
  document.body.append(item);
};

const tell = (what) => {
  sessionStorage.setItem('told', JSON.stringify([...told(), what]));
  show(what);
};

Hub.listen('auth', ({ payload: { event, data } }) => {
  const detail = event === 'customOAuthState' ? data : data?.error?.name;
  tell(detail === undefined ? event : `${event} ${detail}`);
});

// call does not wait for verbs that navigate.
globalThis.call = (verb, input) => {
  auth[verb](input).catch(({ name }) => tell(`throws ${name}`));
};
globalThis.told = told;

told().forEach(show);
Amplify.configure(globalThis.configuration);
