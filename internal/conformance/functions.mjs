// Lists the functions that aws-amplify/auth exports, one per line; its classes, which start with a capital, are not among them.
import { auth } from './amplify.mjs';

const isFunction = (name) => typeof auth[name] === 'function' && /^[a-z]/.test(name);
console.log(Object.keys(auth).filter(isFunction).sort().join('\n'));
