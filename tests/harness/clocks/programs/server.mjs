// An adapter in Node behind an address, which waits by a timer and tells what its clock shows.
import { createServer } from 'node:http';

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const results = {
  start: () => ({ name: 'server', protocol: 0 }),
  clock: () => ({ settled: true, next: null, now: new Date().toISOString() }),
  observe: () => ({ services: {}, ledger: [], balances: {}, invoices: {} }),
};

createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  if (request.method !== 'POST') return response.end('up');
  const { seq, type } = JSON.parse(body);
  await wait(5);
  const answer = type === 'act' ? { unsupported: 'none' } : { result: results[type]?.() ?? {} };
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ seq, ...answer }));
}).listen(Number(process.argv[2]), '127.0.0.1');
