/*
 * An adapter for prorata: it translates between the protocol and your billing.
 *
 *     prorata smoke -i http://127.0.0.1:8080/ --start "node adapter.mjs 8080"
 *     prorata run -i http://127.0.0.1:8080/ --start "node adapter.mjs 8080"
 *
 * It answers unsupported to every act. Write one act after the other into Billing, in the words of
 * docs/protocol.md; until then scenarios that need them are skipped.
 */

import { createServer } from "node:http";

/** What this billing does not have. */
class Unsupported extends Error {}

/** What its rules forbid; `rule` is the id of the one that does, as in billmanager.order.price. */
class Refused extends Error {
  constructor(reason, rule) {
    super(reason);
    this.rule = rule;
  }
}

/** Your billing in one scenario: it begins empty, with the catalogue and clients of `open`. */
class Billing {
  constructor(open) {
    this.now = open.at;
  }

  /** Do all that falls due up to `to`; return when something does next, null for never. */
  async clock(to) {
    this.now = to;
    return null;
  }

  /**
   * Do an act: "order" with client, tariff and period, and so on; return its result, say
   * {service: "1"}. Amounts are strings of digits: never make numbers of them, but BigInts of cents.
   */
  async act(act, parameters) {
    throw new Unsupported(`${act}: planned`);
  }

  /** Return the lines that an act would post, without doing it. */
  async quote(act, parameters) {
    throw new Unsupported("quotes: planned");
  }

  /** Tell all that there is, as it stands now. */
  async observe() {
    return { services: {}, ledger: [], balances: {}, invoices: {} };
  }
}

let billing;

const types = {
  start: () => ({ name: "my-billing", version: "0.1", protocol: 1 }),
  open: (question) => {
    billing = new Billing(question);
    return {};
  },
  clock: async ({ to }) => ({ settled: true, next: await billing.clock(to) }),
  act: ({ seq, type, act, id, again, ...parameters }) => {
    // The same id was sent before: answer as you did then, and do it if you have not.
    if (again) throw new Unsupported("acts that arrive twice: planned");
    return billing.act(act, parameters);
  },
  quote: async ({ seq, type, act, ...parameters }) => ({
    lines: await billing.quote(act, parameters),
  }),
  observe: async ({ of }) => {
    const all = await billing.observe();
    return Object.fromEntries(of.filter((part) => part in all).map((part) => [part, all[part]]));
  },
  close: () => ({}),
  stop: () => ({}),
};

async function answer(question) {
  const { seq, type } = question;
  try {
    return { seq, result: await types[type](question) };
  } catch (error) {
    if (error instanceof Unsupported) return { seq, unsupported: error.message };
    if (error instanceof Refused) {
      return { seq, refusal: { reason: error.message, rule: error.rule ?? null } };
    }
    console.error(error);
    return { seq, error: String(error) };
  }
}

// The protocol over HTTP: each question is the body of a POST, its answer the body of the reply.
const server = createServer(async (request, response) => {
  if (request.method !== "POST") {
    response.writeHead(405).end();
    return;
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const told = await answer(JSON.parse(Buffer.concat(chunks).toString()));
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(told));
});

server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1");
