import { script } from './cognito.mjs';
import { signIn } from './totp-sign-in.mjs';

await script(async (input) => ({ username: await signIn(input) }));
