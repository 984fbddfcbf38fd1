// An adapter in Node that waits by a timer before each answer, and tells what its clock shows.
import { createInterface } from 'node:readline';

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const results = {
  start: () => ({ name: 'timer', protocol: 0 }),
  clock: () => ({ settled: true, next: null, now: new Date().toISOString() }),
  observe: () => ({ services: {}, ledger: [], balances: {}, invoices: {} }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { seq, type } = JSON.parse(line);
  await wait(20);
  const answer = type === 'act' ? { unsupported: 'none' } : { result: results[type]?.() ?? {} };
  console.log(JSON.stringify({ seq, ...answer }));
  if (type === 'stop') process.exit(0);
}
