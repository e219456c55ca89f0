// driver.mjs with an identity pool: {"identityPoolId", "identityPoolEndpoint", "allowGuestAccess"} is the first argument.
import './navigator.mjs';
import { Amplify } from 'aws-amplify';

const identityPool = JSON.parse(process.argv[2]);
const configure = Amplify.configure.bind(Amplify);
Amplify.configure = ({ Auth: { Cognito } }) => configure({ Auth: { Cognito: { ...Cognito, ...identityPool } } });

await import('./driver.mjs');
