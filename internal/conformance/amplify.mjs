// The published aws-amplify package, made to run in Node against an endpoint of ours.
//
// Amplify asks `navigator` for its user agent. The import order matters, since Amplify looks while it loads.
import './navigator.mjs';
import { Amplify } from 'aws-amplify';

export * as auth from 'aws-amplify/auth';
export { Hub } from 'aws-amplify/utils';

export function configure({ endpoint, userPoolId, clientId }) {
  Amplify.configure({
    Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } },
  });
}
