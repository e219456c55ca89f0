// Starts cognito-local in the current folder, on a free port. It prints its endpoint as a line of JSON and serves until it
// is told to end.
import cognitoLocal from 'cognito-local';
import pino from 'pino';

const silent = pino({ level: 'silent' });
const { application } = await cognitoLocal.createDefaultServer(silent);
// cognito-local prints the codes that it would send.
const print = console.log;
console.log = console.info = () => {};

const server = application.listen(0, '127.0.0.1', () => {
  print(JSON.stringify({ endpoint: `http://127.0.0.1:${server.address().port}/` }));
});
process.on('SIGTERM', () => process.exit());
