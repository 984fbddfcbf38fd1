/*
 * A small billing for Node, to learn from: it speaks protocol 1 over HTTP.
 *
 *     prorata run -i http://127.0.0.1:8080/ --start "node billing.mjs 8080"
 *
 * It sells BILLmanager tariffs by the period, on an ispmanager. Money is a fraction of two BigInts
 * until it is posted: a number never touches it. A day is a whole number, of days since 1970 in UTC.
 * What an act costs is worked out before anything is done, so a quote is the same sum without the
 * deed. One file, no packages.
 */

import { createServer } from "node:http";

const SUPPORTS = {
  systems: ["billmanager"],
  acts: ["order", "pay", "renew", "suspend", "resume", "delete"],
  rules: [
    "billmanager.pay",
    "billmanager.tariff.enabled",
    "billmanager.order.price",
    "billmanager.order.renewal-price",
    "billmanager.renew.*",
    "billmanager.suspend.*",
    "billmanager.delete.*",
    "billmanager.lifecycle.*",
    "billmanager.name.username",
    "billmanager.name.domain",
  ],
};
const PLANNED = {
  daily: "daily charging", calendar: "calendar months", weekend: "weekend policy", trial: "trials",
  resources: "resources", groups: "client groups", auto_deletion: "deletion for non-payment",
  minimum_period: "minimum periods", service_limit: "service limits", agreement: "agreements",
  maximum_quantity: "several services in one order", tariff_end: "the end of a tariff",
  quick_order: "quick orders", module: "processing modules", name_server: "name servers",
  overrides: "limits over those of the preset", product_type: "settings of the product type",
};
const MINOR_DIGITS = { JPY: 0, KRW: 0, BHD: 3, KWD: 3 }; // all other currencies: 2
const MONTHS = { month: 1, months: 1, year: 12, years: 12 };
const TARIFF = {
  prices: {}, renewal_prices: {}, disabled_periods: [], setup_fee: "0", enabled: true,
  late_renewal_fee: "none", username_template: "user@ID@", domain_template: "@USERNAME@.example.com",
};

/** What the rules forbid; `rule` is the id of the one that does. */
class Refused extends Error {
  constructor(reason, rule) {
    super(reason);
    this.rule = rule;
  }
}

/** What this billing does not have. */
class Unsupported extends Error {}

const planned = (what) => new Unsupported(`${what}: planned`);

/** An exact amount: a fraction of two BigInts, the lower one above zero. */
class Amount {
  constructor(top, bottom = 1n) {
    [this.top, this.bottom] = [top, bottom];
  }

  static read(digits) {
    const [whole, part = ""] = digits.split(".");
    return new Amount(BigInt(whole + part), 10n ** BigInt(part.length));
  }

  plus(other) {
    return new Amount(this.top * other.bottom + other.top * this.bottom, this.bottom * other.bottom);
  }

  times(top, bottom = 1) {
    return new Amount(this.top * BigInt(top), this.bottom * BigInt(bottom));
  }

  minus(other) {
    return this.plus(other.times(-1));
  }

  by(other) {
    return new Amount(this.top * other.top, this.bottom * other.bottom);
  }

  /** Round once, half up. */
  rounded(digits) {
    const scale = 10n ** BigInt(digits);
    const positive = this.top < 0n ? -this.top : this.top;
    const units = (2n * positive * scale + this.bottom) / (2n * this.bottom);
    return new Amount(this.top < 0n ? -units : units, scale);
  }

  /** Write a posted amount. */
  written(digits) {
    const positive = this.top < 0n ? -this.top : this.top;
    const units = String((positive * 10n ** BigInt(digits)) / this.bottom).padStart(digits + 1, "0");
    const point = units.length - digits;
    const text = digits ? `${units.slice(0, point)}.${units.slice(point)}` : units;
    return this.top < 0n ? `-${text}` : text;
  }
}

const NOTHING = new Amount(0n);

// Days: whole numbers of days since 1970, in UTC.

const DAY = 86_400_000;
const dayOf = (instant) => Math.floor(Date.parse(instant) / DAY);
const instantOf = (day) => (day === null ? null : new Date(day * DAY).toISOString());
const dayOfMonth = (day) => new Date(day * DAY).getUTCDate();

function lastOfMonth(day) {
  const date = new Date(day * DAY);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

function addMonths(day, months, anchor) {
  const date = new Date(day * DAY);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / DAY;
  return first + Math.min(anchor, lastOfMonth(first)) - 1;
}

/** The day of the month that is kept: the expiry's, or the one that a short month cut. */
function keptAnchor(expires, anchor) {
  const day = dayOfMonth(expires);
  return day === lastOfMonth(expires) && day < anchor ? anchor : day;
}

function monthsOf(period) {
  const [count, unit] = period.split(" ");
  if (!(unit in MONTHS)) throw planned("periods in days");
  return MONTHS[unit] * Number(count);
}

/** Look a period up in what a tariff has for periods; 12 months are a year. */
function ofPeriod(periods, period) {
  const months = monthsOf(period);
  const found = Object.entries(periods).find(
    ([name]) => name.split(" ")[1] in MONTHS && monthsOf(name) === months,
  );
  return found?.[1];
}

/** The price of the days [first, last), each by the stretch that it falls in; later ones as the last. */
function part(stretches, first, last) {
  const end = Math.max(...stretches.map((each) => each.expires));
  return stretches.reduce((total, each) => {
    const until = each.expires === end ? last : Math.min(last, each.expires);
    const days = Math.max(until - Math.max(first, each.starts), 0);
    return total.plus(each.price.times(days, each.days));
  }, NOTHING);
}

/** Refuse a login or a domain that no panel takes, before anything is charged. */
function checkNames(login, domain) {
  const rule = "provision.ispmanager.create";
  if (!/^[!-~]+$/.test(login) || /[,:/]/.test(login)) throw new Refused(`${login} is no login`, rule);
  if (/[^\x00-\x7f]/.test(domain)) throw planned("domains of other letters than Latin");
  const labels = domain.split(".");
  if (/[\x00- ,:/\x7f]/.test(domain) || labels.length < 2 || labels.includes("")) {
    throw new Refused(`${domain} is no domain`, rule);
  }
}

/** The panel over HTTP. What it refuses is an error, which the harness shows. */
class Ispmanager {
  constructor(access) {
    this.access = access;
  }

  async create(service, preset) {
    const user = { name: service.user, preset, passwd: `${service.user}-secret` };
    // Where somebody has the domain already, the user is made without it.
    let taken = await this.ask("user.add.finish", { ...user, domain: service.domain });
    if (taken === "name") taken = await this.ask("user.add.finish", user);
    if (taken) throw planned("another login where one is taken");
  }

  /** Return what is there already, if anything; throw for every other error. */
  async ask(func, parameters) {
    if (!this.access) return undefined; // smoke looks at manners alone, and has no panels
    const { url, login, password } = this.access;
    const form = { func, out: "json", authinfo: `${login}:${password}`, sok: "ok", ...parameters };
    let told;
    try {
      const answer = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
      told = await answer.json();
    } catch {
      throw planned("trying again what the panel did not answer");
    }
    const error = told.doc.error;
    if (error && error.$type !== "exists") throw new Error(`${func}: ${error.msg.$}`);
    return error?.$object;
  }
}

/** The billing of one scenario. */
class Billing {
  constructor(open) {
    const setting = Object.keys(open.settings ?? {})[0];
    if (setting) throw planned(PLANNED[setting] ?? setting);
    if (open.timezone !== "UTC") throw planned("time zones other than UTC");
    this.now = open.at;
    this.digits = MINOR_DIGITS[open.currency] ?? 2;
    this.tariffs = Object.fromEntries(
      Object.entries(open.catalogue).map(([name, row]) => [name, this.sold(name, row)]),
    );
    this.balances = Object.fromEntries(
      Object.entries(open.clients).map(([name, each]) => [name, Amount.read(each.balance ?? "0")]),
    );
    this.first = { service: 1, client: 1, ...open.first_ids };
    this.services = {};
    this.ledger = [];
    this.answers = new Map(); // what acts were answered, by their ids
    this.payments = new Set(); // the numbers of those that are booked
    this.panel = new Ispmanager(open.panels.ispmanager);
  }

  sold(name, row) {
    for (const [key, what] of Object.entries(PLANNED)) {
      const asEver = key === "weekend" && ["suspend", "product type"].includes(row[key]);
      if (key in row && !asEver) throw planned(what);
    }
    return { template: name, ...TARIFF, ...row };
  }

  /** Do everything that falls due up to `to`; return when something does next. */
  async clock(to) {
    this.now = to;
    for (const service of Object.values(this.services)) {
      if (service.due !== null && service.due <= this.today) {
        service.due = null;
        await this.suspendFor(service, "non-payment");
      }
    }
    const due = Object.values(this.services).flatMap((each) => each.due ?? []);
    return due.length ? instantOf(Math.min(...due)) : null;
  }

  /** Do an act; what came before under the same id is answered as it was. */
  async act({ act, id, again, ...asked }) {
    if (again && this.answers.has(id)) return this.answers.get(id);
    const answer = await answered(async () => {
      const { lines, refusal, done } = this.plan(act, asked);
      if (refusal && !this.charged(lines)) throw new Refused("the balance is too low", refusal);
      return (await done(lines)) ?? {};
    });
    this.answers.set(id, answer);
    return answer;
  }

  /** Return the lines that an act would post, without doing it. */
  quote({ act, ...asked }) {
    const lines = (this.plan(act, asked).lines ?? []).map((line) => this.posted(line));
    return { lines: lines.filter((line) => Number(line.amount) !== 0) };
  }

  /**
   * Work out an act: its `lines`, the deed, and the rule by which it is refused
   * where the balance does not pay it, if it is.
   */
  plan(act, asked) {
    if (!SUPPORTS.acts.includes(act)) throw planned(act);
    return this[act](asked);
  }

  // Acts: each returns its plan, and changes nothing before the deed.

  order(asked) {
    const tariff = this.tariffs[asked.tariff];
    if (asked.quantity > 1 || asked.auto_renewal || asked.period === "trial") {
      throw planned("quantities, automatic renewal and trials");
    }
    if (Object.keys(asked.resources ?? {}).length) throw planned("resources");
    if (!tariff.enabled) {
      throw new Refused(`${asked.tariff} is not enabled`, "billmanager.tariff.enabled");
    }
    const disabled = Object.fromEntries(tariff.disabled_periods.map((each) => [each, true]));
    if (ofPeriod(disabled, asked.period)) {
      throw new Refused(`${asked.period} is not sold`, "billmanager.order.price");
    }
    const service = this.named(asked, tariff);
    const done = async (lines) => {
      this.services[service.id] = service;
      if (this.charged(lines)) await this.start(service); // else it waits for money
      return { service: service.id };
    };
    return { lines: this.beginning(service), done };
  }

  pay({ client, amount: digits, payment }) {
    const amount = Amount.read(digits);
    if (amount.top <= 0n || amount.minus(amount.rounded(this.digits)).top !== 0n) {
      throw new Refused(`${digits} cannot be paid`, "billmanager.pay");
    }
    const done = async () => {
      if (this.payments.has(payment)) return; // it is told once more
      this.payments.add(payment);
      this.balances[client] = this.balances[client].plus(amount);
      for (const service of Object.values(this.services)) {
        const waits = service.client === client && service.status === "ordered";
        if (waits && this.charged(this.beginning(service))) await this.start(service);
      }
    };
    return { done };
  }

  renew({ service: id, period }) {
    const service = this.having(id, "active", "suspended");
    const [fee, expired] = [this.tariffs[service.tariff].late_renewal_fee, service.expires];
    const late = this.today > expired;
    const starts = late && fee !== "from suspension" ? this.today : expired;
    // What counts from the expiry keeps its day of the month, also where a short month cut it.
    const anchor = starts === expired ? service.anchor : dayOfMonth(starts);
    const bought = this.bought(service, period, starts, anchor, true);
    if (bought.expires <= this.today) {
      let needed = 1;
      while (addMonths(starts, needed * monthsOf(period), anchor) <= this.today) needed++;
      throw new Refused(`${needed} periods are needed`, "billmanager.renew.from-suspension");
    }
    const lines = [this.line(service, "period", bought.price, bought.rule, bought)];
    if (late && typeof fee === "object") lines.push(this.lateFee(service, fee));
    const done = async () => {
      const running = service.stretches.filter((each) => each.expires > this.today);
      Object.assign(service, {
        period, expires: bought.expires, due: bought.expires,
        anchor: keptAnchor(bought.expires, anchor), stretches: [...running, bought],
      });
      await this.lift(service, "non-payment");
    };
    return { lines, refusal: "billmanager.renew.plain", done };
  }

  suspend({ service: id, by }) {
    const service = this.having(id, "active", "suspended");
    this.staffOnly(by, "billmanager.suspend.client");
    return { done: () => this.suspendFor(service, "staff") };
  }

  resume({ service: id, by }) {
    const service = this.having(id, "suspended");
    this.staffOnly(by, "billmanager.suspend.client");
    if (!service.suspendedBy.has("staff")) {
      throw new Refused("it is to be renewed", "billmanager.suspend.non-payment");
    }
    return { done: () => this.lift(service, "staff") };
  }

  delete({ service: id, by }) {
    const service = this.having(id, "ordered", "active", "suspended");
    this.staffOnly(by, "billmanager.delete.client");
    const done = async () => {
      if (service.status !== "ordered") {
        await this.panel.ask("user.delete", { elid: service.user });
      }
      Object.assign(service, { status: "deleted", due: null });
    };
    return { done };
  }

  observe(of) {
    const digits = Math.max(this.digits, 4);
    const written = ([name, amount]) => [name, amount.written(digits)];
    const seen = {
      services: Object.fromEntries(
        Object.values(this.services).map((each) => [each.id, shown(each)]),
      ),
      ledger: this.ledger,
      balances: Object.fromEntries(Object.entries(this.balances).map(written)),
      invoices: {},
    };
    return Object.fromEntries(of.filter((each) => each in seen).map((each) => [each, seen[each]]));
  }

  // What the acts have in common

  get today() {
    return dayOf(this.now);
  }

  having(id, ...statuses) {
    const service = this.services[id];
    if (!statuses.includes(service.status)) {
      throw new Refused(`the service is ${service.status}`, "billmanager.lifecycle.status");
    }
    return service;
  }

  staffOnly(by, rule) {
    if (by !== "staff") throw new Refused("clients may not do this", rule);
  }

  /** A service that is to be ordered, with its number and its names. */
  named(asked, tariff) {
    const id = String(this.first.service + Object.keys(this.services).length);
    const account = this.first.client + Object.keys(this.balances).indexOf(asked.client);
    const macros = { USERNAME: asked.client, ID: id, TYPE: "vhost" };
    const filled = (template) =>
      template.replace(/@([A-Z_]+)@/g, (macro, name) => macros[name] ?? macro);
    const domain = asked.domain ?? filled(tariff.domain_template);
    Object.assign(macros, { DOMAIN: domain, ACCOUNT_ID: String(account) });
    const user = filled(tariff.username_template);
    if (user.length > 16) throw new Refused(`${user} is too long`, "billmanager.name.username");
    checkNames(user, domain);
    return {
      id, user, domain, client: asked.client, tariff: asked.tariff, period: asked.period,
      status: "ordered", starts: null, expires: null, due: null, anchor: 1,
      stretches: [], suspendedBy: new Set(),
    };
  }

  /** A period of a service: its price, its rule, and the days that it is for. */
  bought(service, period, starts, anchor, renewal) {
    const tariff = this.tariffs[service.tariff];
    const special = renewal ? ofPeriod(tariff.renewal_prices, period) : undefined;
    const price = special ?? ofPeriod(tariff.prices, period);
    if (price === undefined) {
      throw new Refused(`there is no price for ${period}`, "billmanager.order.price");
    }
    const expires = addMonths(starts, monthsOf(period), anchor);
    const rule = `billmanager.order.${renewal ? "renewal-price" : "price"}`;
    return { price: Amount.read(price), rule, starts, expires, days: expires - starts };
  }

  /** What it costs to start a service today. */
  beginning(service) {
    const { price, rule, ...time } = this.firstPeriod(service);
    const fee = Amount.read(this.tariffs[service.tariff].setup_fee);
    return [this.line(service, "period", price, rule, time), this.line(service, "setup", fee, rule)];
  }

  firstPeriod(service) {
    return this.bought(service, service.period, this.today, dayOfMonth(this.today), false);
  }

  /** Start a service that is paid, today. */
  async start(service) {
    const bought = this.firstPeriod(service);
    Object.assign(service, {
      status: "active", starts: bought.starts, expires: bought.expires, due: bought.expires,
      anchor: keptAnchor(bought.expires, dayOfMonth(this.today)), stretches: [bought],
    });
    await this.panel.create(service, this.tariffs[service.tariff].template);
  }

  lateFee(service, fee) {
    const [[kind, digits]] = Object.entries(fee);
    const rule = `billmanager.renew.late-fee.${kind}`;
    const amount = Amount.read(digits);
    if (kind !== "percent") return this.line(service, "late fee", amount, rule);
    const overdue = part(service.stretches, service.expires, this.today + 1); // both days count
    return this.line(service, "late fee", overdue.by(amount).times(1, 100), rule);
  }

  line(service, kind, exact, rule, covers) {
    return { service, kind, amount: exact.rounded(this.digits), rule, covers };
  }

  /** A line as the protocol writes it. */
  posted({ service, kind, amount, rule, covers }) {
    return {
      kind, amount: amount.written(this.digits), rule, service: service.id, client: service.client,
      at: this.now, covers: covers ? [instantOf(covers.starts), instantOf(covers.expires)] : null,
    };
  }

  /** Post all lines, or none where the balance does not pay them; tell whether it did. */
  charged(lines) {
    const { client } = lines[0].service;
    const asked = lines.reduce((total, line) => total.plus(line.amount), NOTHING);
    const left = this.balances[client].minus(asked);
    // What costs nothing is there for a client in debt, too.
    if (left.top < 0n && asked.top > 0n) return false;
    this.balances[client] = left;
    const posted = lines.filter((line) => line.amount.top !== 0n);
    this.ledger.push(...posted.map((line) => this.posted(line)));
    return true;
  }

  async suspendFor(service, why) {
    if (!service.suspendedBy.size) await this.panel.ask("user.suspend", { elid: service.user });
    service.suspendedBy.add(why);
    service.status = "suspended";
  }

  async lift(service, why) {
    service.suspendedBy.delete(why);
    if (service.status === "suspended" && !service.suspendedBy.size) {
      await this.panel.ask("user.resume", { elid: service.user });
      service.status = "active";
    }
  }
}

function shown({ client, tariff, status, period, user, domain, starts, expires }) {
  const dates = { starts: instantOf(starts), expires: instantOf(expires) };
  return { client, tariff, status, period, user, domain, ...dates, auto_renewal: false };
}

/** Return one of the four ways to answer, for what something returns or throws. */
async function answered(work) {
  try {
    return { result: await work() };
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    if (error instanceof Refused) return { refusal: { reason: error.message, rule: error.rule } };
    console.error(error);
    return { error: String(error) };
  }
}

// The protocol over HTTP: each question is the body of a POST, its answer the body of the reply.

let billing;

const types = {
  start: () => ({
    name: "node-billing", version: "1.0", protocol: 1, supports: SUPPORTS,
    readings: { month_end: "anchor", overdue_days: "inclusive" },
  }),
  open: (question) => {
    billing = new Billing(question);
    return {};
  },
  clock: async ({ to }) => ({ settled: true, next: await billing.clock(to) }),
  quote: ({ seq, type, ...asked }) => billing.quote(asked),
  observe: ({ of }) => billing.observe(of),
  close: () => ({}),
  stop: () => ({}),
};

async function answer({ seq, type, ...rest }) {
  if (type === "act") return { seq, ...(await billing.act(rest)) };
  return { seq, ...(await answered(() => types[type]({ seq, type, ...rest }))) };
}

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
