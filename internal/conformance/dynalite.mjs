// Starts dynalite, a DynamoDB in memory, on a free port. It prints its endpoint as a line of JSON and serves until it is told
// to end.
import dynalite from 'dynalite';

const server = dynalite({ createTableMs: 0 });
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ endpoint: `http://127.0.0.1:${server.address().port}` }));
});
process.on('SIGTERM', () => process.exit());
// dynalite throws when a client leaves in the middle of a request, as canceled calls do.
process.on('uncaughtException', (error) => {
  if (error.code !== 'ECONNRESET') {
    console.error(error);
    process.exit(1);
  }
});
