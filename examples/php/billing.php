<?php

/*
 * A small billing in PHP, to learn from: it speaks protocol 0 on stdin and stdout.
 *
 *     prorata run -i "stdio:php billing.php"
 *
 * Most billings ask no question for the time, they read the clock. So does this one on demand:
 *
 *     prorata run -i "stdio:php billing.php --wall-clock" --clock libfaketime
 *
 * It sells BILLmanager tariffs by period and by calendar month, on an ispmanager. Money is a fraction
 * of two whole numbers until it is posted: a float never touches it. One file, no extensions.
 */

declare(strict_types=1);

set_error_handler(function (int $level, string $message, string $file, int $line): never {
    throw new ErrorException($message, 0, $level, $file, $line);
});

define('WALL_CLOCK', in_array('--wall-clock', $argv, true));

const SUPPORTS = [
    'systems' => ['billmanager'],
    'acts' => ['order', 'pay', 'renew', 'order_resource', 'suspend', 'resume', 'delete'],
    'rules' => [
        'billmanager.pay',
        'billmanager.tariff.enabled',
        'billmanager.order.price',
        'billmanager.order.renewal-price',
        'billmanager.order.resources',
        'billmanager.charge.*',
        'billmanager.renew.*',
        'billmanager.resource.until-expiry',
        'billmanager.resource.full-price',
        'billmanager.suspend.*',
        'billmanager.delete.*',
        'billmanager.lifecycle.*',
        'billmanager.name.username',
        'billmanager.name.domain',
    ],
];
const PLANNED = [
    'daily' => 'daily charging', 'weekend' => 'weekend policy', 'trial' => 'trials',
    'groups' => 'client groups', 'auto_deletion' => 'deletion for non-payment',
    'minimum_period' => 'minimum periods', 'service_limit' => 'service limits',
    'maximum_quantity' => 'several services in one order', 'tariff_end' => 'the end of a tariff',
    'quick_order' => 'quick orders', 'agreement' => 'agreements', 'module' => 'processing modules',
    'name_server' => 'name servers', 'overrides' => 'limits over those of the preset',
    'product_type' => 'settings of the product type', 'tax' => 'taxes',
];
const MINOR_DIGITS = ['JPY' => 0, 'KRW' => 0, 'BHD' => 3, 'KWD' => 3];
const MONTHS = ['month' => 1, 'months' => 1, 'year' => 12, 'years' => 12];
/** What a user may have of each resource, in units of the panel: it counts traffic in MiB, not GiB. */
const LIMITS = [
    'databases' => ['limit_db', 1], 'disk' => ['limit_quota', 1], 'web domains' => ['limit_webdomains', 1],
    'domains' => ['limit_domains', 1], 'mail domains' => ['limit_emaildomains', 1],
    'CPU load' => ['limit_lve_cpu', 1], 'RAM' => ['limit_memory', 1], 'mailboxes' => ['limit_emails', 1],
    'CPU time' => ['limit_cpu', 1], 'traffic' => ['limit_traff', 1024],
];
const BY_THEMSELVES = ['traffic', 'disk', 'web domains'];

/** What the rules forbid; `rule` is the id of the one that does. */
class Refused extends Exception
{
    public function __construct(string $reason, public readonly string $rule)
    {
        parent::__construct($reason);
    }
}

/** What this billing does not have. */
class Unsupported extends Exception
{
}

/** An exact amount: a fraction of two whole numbers, in lowest terms. */
final class Amount
{
    private function __construct(public readonly int $top, public readonly int $bottom)
    {
    }

    public static function of(int|float $top, int|float $bottom = 1): self
    {
        // PHP turns a product that is too large into a float, which would be wrong by a little.
        if (!is_int($top) || !is_int($bottom)) {
            throw new OverflowException('the amount has too many digits');
        }
        [$a, $b] = [abs($top), $bottom];
        while ($b !== 0) {
            [$a, $b] = [$b, $a % $b];
        }
        return new self(intdiv($top, $a), intdiv($bottom, $a));
    }

    public static function read(string $digits): self
    {
        [$whole, $part] = [...explode('.', $digits), ''];
        return self::of((int) ($whole . $part), 10 ** strlen($part));
    }

    public function plus(self $other): self
    {
        $top = $this->top * $other->bottom + $other->top * $this->bottom;
        return self::of($top, $this->bottom * $other->bottom);
    }

    public function times(int $top, int $bottom = 1): self
    {
        return self::of($this->top * $top, $this->bottom * $bottom);
    }

    public function minus(self $other): self
    {
        return $this->plus($other->times(-1));
    }

    public function by(self $other): self
    {
        return self::of($this->top * $other->top, $this->bottom * $other->bottom);
    }

    /** Round once, half up. */
    public function rounded(int $digits): self
    {
        $units = intdiv(2 * abs($this->top) * 10 ** $digits + $this->bottom, 2 * $this->bottom);
        return self::of($this->top < 0 ? -$units : $units, 10 ** $digits);
    }

    /** Write a posted amount: its bottom is a power of ten, or a part of one. */
    public function written(int $digits): string
    {
        $units = intdiv(abs($this->top) * 10 ** $digits, $this->bottom);
        $text = str_pad((string) $units, $digits + 1, '0', STR_PAD_LEFT);
        $part = $digits ? '.' . substr($text, -$digits) : '';
        return ($this->top < 0 ? '-' : '') . substr($text, 0, strlen($text) - $digits) . $part;
    }
}

// Dates: civil ones, each a DateTimeImmutable at 00:00 of the zone.

function addMonths(DateTimeImmutable $day, int $months, int $anchor): DateTimeImmutable
{
    $count = (int) $day->format('Y') * 12 + (int) $day->format('n') - 1 + $months;
    $first = $day->setDate(intdiv($count, 12), $count % 12 + 1, 1);
    return $first->setDate(intdiv($count, 12), $count % 12 + 1, min($anchor, (int) $first->format('t')));
}

/** The day of the month that is kept: the expiry's, or the one that a short month cut. */
function keptAnchor(DateTimeImmutable $expires, int $anchor): int
{
    [$day, $last] = [(int) $expires->format('j'), (int) $expires->format('t')];
    return $day === $last && $day < $anchor ? $anchor : $day;
}

function monthsOf(string $period): int
{
    [$count, $unit] = explode(' ', $period);
    return (MONTHS[$unit] ?? throw new Unsupported('periods in days: planned')) * (int) $count;
}

/** Look a period up in what a tariff has for periods; 12 months are a year. */
function ofPeriod(array $periods, string $period): ?string
{
    foreach ($periods as $name => $value) {
        $months = isset(MONTHS[explode(' ', $name)[1]]) ? monthsOf($name) : 0;
        if ($months === monthsOf($period)) {
            return $value;
        }
    }
    return null;
}

/** Refuse a login or a domain that no panel takes, before anything is charged. */
function checkNames(string $login, string $domain): void
{
    if (!preg_match('#^[!-~]+$#D', $login) || strpbrk($login, ',:/') !== false) {
        throw new Refused("$login is no login", 'provision.ispmanager.create');
    }
    if (preg_match('#[^\x00-\x7f]#', $domain)) {
        throw new Unsupported('domains of other letters than Latin: planned');
    }
    $labels = explode('.', $domain);
    if (preg_match('#[\x00- ,:/\x7f]#', $domain) || count($labels) < 2 || in_array('', $labels, true)) {
        throw new Refused("$domain is no domain", 'provision.ispmanager.create');
    }
}

function days(DateTimeImmutable $from, DateTimeImmutable $to): int
{
    // Counted between noons of UTC: a day has 23 or 25 hours where clocks change.
    $utc = fn (DateTimeImmutable $day): int => strtotime($day->format('Y-m-d') . 'T12:00:00Z');
    return intdiv($utc($to) - $utc($from), 86400);
}

/** The price of the days [first, last), each by the stretch that it falls in; later ones as the last. */
function part(array $stretches, DateTimeImmutable $first, DateTimeImmutable $last): Amount
{
    $end = max(array_column($stretches, 'expires'));
    $total = Amount::of(0);
    foreach ($stretches as $stretch) {
        $until = $stretch['expires'] == $end ? $last : min($last, $stretch['expires']);
        $days = max(days(max($first, $stretch['starts']), $until), 0);
        $total = $total->plus($stretch['price']->times($days, $stretch['days']));
    }
    return $total;
}

/** Return the panel's limits for amounts of resources. */
function limits(array $amounts): array
{
    $limits = [];
    foreach ($amounts as $name => $amount) {
        [$limit, $units] = LIMITS[$name];
        $limits[$limit] = $amount * $units;
    }
    return $limits;
}

/** The panel over HTTP. What it refuses is an error, which the harness shows. */
class Ispmanager
{
    public function __construct(private readonly ?array $access)
    {
    }

    /** Make a user from a preset; what is granted of resources stands over it from the beginning. */
    public function create(array $service, string $preset, array $amounts): void
    {
        $password = substr(hash('sha256', $service['user']), 0, 16);
        $user = ['name' => $service['user'], 'preset' => $preset, 'passwd' => $password] + limits($amounts);
        // Where somebody has the domain already, the user is made without it.
        $taken = $this->ask('user.add.finish', $user + ['domain' => $service['domain']]);
        $taken = $taken === 'name' ? $this->ask('user.add.finish', $user) : $taken;
        if ($taken !== null) {
            throw new Unsupported('another login where one is taken: planned');
        }
    }

    /** Give the user what was bought of resources, over the limits of the preset. */
    public function limit(array $service, array $amounts): void
    {
        if ($amounts) {
            $this->ask('user.edit', ['elid' => $service['user']] + limits($amounts));
        }
    }

    /** Return what is there already, if anything; throw for every other error. */
    public function ask(string $func, array $parameters): ?string
    {
        if ($this->access === null) { // smoke looks at manners alone, and has no panels
            return null;
        }
        $login = "{$this->access['login']}:{$this->access['password']}";
        $form = ['func' => $func, 'out' => 'json', 'authinfo' => $login, 'sok' => 'ok', ...$parameters];
        $http = [
            'method' => 'POST', 'header' => 'Content-Type: application/x-www-form-urlencoded',
            'content' => http_build_query($form), 'timeout' => 5,
        ];
        try {
            $answer = file_get_contents($this->access['url'], false, stream_context_create(['http' => $http]));
            $error = json_decode($answer, true, 64, JSON_THROW_ON_ERROR)['doc']['error'] ?? null;
        } catch (ErrorException | JsonException) {
            throw new Unsupported('trying again what the panel did not answer: planned');
        }
        if ($error && $error['$type'] !== 'exists') {
            throw new RuntimeException("$func: {$error['msg']['$']}");
        }
        return $error['$object'] ?? null;
    }
}

/** The billing of one scenario. */
class Billing
{
    private DateTimeImmutable $now;
    private DateTimeZone $zone;
    private int $digits;
    private array $tariffs = [];
    private array $balances = [];
    private array $services = [];
    private array $ledger = [];
    private int $firstService;
    private int $firstClient;
    private Ispmanager $panel;

    public function __construct(array $open)
    {
        foreach ($open['settings'] ?? [] as $key => $_) {
            throw new Unsupported((PLANNED[$key] ?? $key) . ': planned');
        }
        $this->zone = new DateTimeZone($open['timezone']);
        $this->now = $this->time($open['at']);
        $this->digits = MINOR_DIGITS[$open['currency']] ?? 2;
        foreach ($open['catalogue'] as $name => $row) {
            $this->set_tariff(['tariff' => (string) $name] + $row);
        }
        foreach ($open['clients'] as $name => $client) {
            $this->balances[$name] = Amount::read($client['balance'] ?? '0');
        }
        $this->firstService = $open['first_ids']['service'] ?? 1;
        $this->firstClient = $open['first_ids']['client'] ?? 1;
        $this->panel = new Ispmanager($open['panels']['ispmanager'] ?? null);
    }

    /** Do everything that falls due up to `to`; return when something does next. */
    public function clock(string $to): ?string
    {
        $this->now = $this->time($to);
        foreach ($this->services as $id => $service) {
            if ($service['due'] && $service['due'] <= $this->now) {
                $this->services[$id]['due'] = null;
                $this->suspendFor((string) $id, 'non-payment');
            }
        }
        $due = array_filter(array_column($this->services, 'due'));
        return $due ? min($due)->format(DATE_ATOM) : null;
    }

    // Acts: each takes the parameters of the question, and returns the result's object.

    public function set_tariff(array $row): object
    {
        foreach (array_intersect_key(PLANNED, $row) as $key => $what) {
            if ($key !== 'weekend' || !in_array($row[$key], ['suspend', 'product type'], true)) {
                throw new Unsupported("$what: planned");
            }
        }
        foreach ($row['resources'] ?? [] as $name => $sold) {
            if (!isset(LIMITS[$name]) || isset($sold['rates']) || isset($sold['daily'])) {
                throw new Unsupported('addresses, rates of traffic and resources by the day: planned');
            }
        }
        $name = $row['tariff'];
        $defaults = [
            'template' => $name, 'prices' => [], 'renewal_prices' => [], 'disabled_periods' => [],
            'setup_fee' => '0', 'enabled' => true, 'late_renewal_fee' => 'none', 'resources' => [],
            'resource_order' => 'until expiry', 'username_template' => 'user@ID@',
            'domain_template' => '@USERNAME@.example.com',
        ];
        $this->tariffs[$name] = $row + ($this->tariffs[$name] ?? $defaults);
        return (object) [];
    }

    public function order(array $asked): object
    {
        $tariff = $this->tariffs[$asked['tariff']];
        if (($asked['quantity'] ?? 1) > 1 || ($asked['auto_renewal'] ?? false) || $asked['period'] === 'trial') {
            throw new Unsupported('quantities, automatic renewal and trials: planned');
        }
        if (!$tariff['enabled']) {
            throw new Refused("{$asked['tariff']} is not enabled", 'billmanager.tariff.enabled');
        }
        $disabled = array_fill_keys($tariff['disabled_periods'], 'yes');
        if (ofPeriod($disabled, $asked['period']) !== null) {
            throw new Refused("{$asked['period']} is not sold", 'billmanager.order.price');
        }
        $id = (string) ($this->firstService + count($this->services));
        $place = array_search($asked['client'], array_keys($this->balances), true);
        $account = (string) ($this->firstClient + $place);
        $macros = ['@USERNAME@' => $asked['client'], '@ID@' => $id, '@TYPE@' => 'vhost'];
        $domain = $asked['domain'] ?? strtr($tariff['domain_template'], $macros);
        $macros += ['@DOMAIN@' => $domain, '@ACCOUNT_ID@' => $account];
        $user = strtr($tariff['username_template'], $macros);
        if (strlen($user) > 16) {
            throw new Refused("$user is too long", 'billmanager.name.username');
        }
        checkNames($user, $domain);
        $this->services[$id] = [
            'client' => $asked['client'], 'tariff' => $asked['tariff'], 'period' => $asked['period'],
            'user' => $user, 'domain' => $domain, 'resources' => $asked['resources'] ?? [],
            'status' => 'ordered', 'starts' => null, 'expires' => null, 'due' => null, 'anchor' => 1,
            'stretches' => [], 'suspended_by' => [],
        ];
        try {
            $this->activate($id);
        } catch (Refused $refused) {
            unset($this->services[$id]);
            throw $refused;
        }
        return (object) ['service' => $id];
    }

    public function pay(array $paid): object
    {
        [$client, $amount] = [$paid['client'], Amount::read($paid['amount'])];
        if ($amount->top <= 0 || $amount->minus($amount->rounded($this->digits))->top !== 0) {
            throw new Refused("{$paid['amount']} cannot be paid", 'billmanager.pay');
        }
        $this->balances[$client] = $this->balances[$client]->plus($amount);
        foreach ($this->services as $id => $service) {
            if ($service['client'] === $client && $service['status'] === 'ordered') {
                try {
                    $this->activate((string) $id);
                } catch (Refused) {
                    continue; // what is not sold any more waits on
                }
            }
        }
        return (object) [];
    }

    public function renew(array $asked): object
    {
        $service = $this->having($asked['service'], ['active', 'suspended']);
        [$tariff, $today] = [$this->tariffs[$service['tariff']], $this->today()];
        [$fee, $expired] = [$tariff['late_renewal_fee'], $service['expires']];
        $late = $today > $expired;
        $starts = $late && $fee !== 'from suspension' ? $today : $expired;
        // What counts from the expiry keeps its day of the month, also where a short month cut it.
        $service['anchor'] = $starts == $expired ? $service['anchor'] : (int) $starts->format('j');
        [$lines, $granted] = $this->purchase($service, $asked['period'], $starts, true);
        $expires = end($granted)['expires'];
        if ($expires <= $today) {
            $needed = $this->periodsNeeded($asked['period'], $starts, $service['anchor']);
            throw new Refused("$needed periods are needed", 'billmanager.renew.from-suspension');
        }
        if ($late && is_array($fee)) {
            $kind = array_key_first($fee);
            $amount = Amount::read($fee[$kind]);
            if ($kind === 'percent') {
                $until = $expired->modify('+' . (days($expired, $today) + 1) . ' days');
                $amount = part($service['stretches'], $expired, $until)->by($amount)->times(1, 100);
            }
            $lines[] = ['late fee', $amount, "billmanager.renew.late-fee.$kind"];
        }
        $this->charge($asked['service'], $lines, 'billmanager.renew.plain');
        $running = array_filter($service['stretches'], fn (array $each): bool => $each['expires'] > $today);
        $this->services[$asked['service']] = [
            ...$service, 'period' => $asked['period'], 'expires' => $expires, 'due' => $expires,
            'anchor' => keptAnchor($expires, $service['anchor']), 'stretches' => [...$running, ...$granted],
        ];
        $this->lift($asked['service'], 'non-payment');
        return (object) [];
    }

    public function order_resource(array $asked): object
    {
        $service = $this->having($asked['service'], ['active']);
        [$tariff, $name, $today] = [$this->tariffs[$service['tariff']], $asked['resource'], $this->today()];
        $sold = $tariff['resources'][$name] ?? [];
        $has = $service['resources'][$name] ?? $sold['included'] ?? 0;
        $after = $has + $asked['amount'];
        $whole = $tariff['resource_order'] === 'full price';
        $left = array_filter($service['stretches'],
            fn (array $each): bool => $each['item'] === 'tariff' && $each['expires'] > $today);
        foreach ($whole ? [$service['period']] : array_column($left, 'period') as $period) {
            $this->checkAmount($tariff, $period, $name, $after);
        }
        $price = fn (string $period): Amount => $this->price($tariff, $period, $name, $after, false)
            ->minus($this->price($tariff, $period, $name, $has, false));
        $rule = 'billmanager.resource.' . strtr($tariff['resource_order'], ' ', '-');
        $bought = array_map(fn (array $each): array => [
            'price' => $price($each['period'])->times(1, $each['share']), 'item' => $name,
            'starts' => max($today, $each['starts']),
        ] + $each, $left);
        $cost = $whole ? $price($service['period']) : part($bought, $today, $service['expires']);
        $this->charge($asked['service'], [['resource', $cost, $rule]], 'billmanager.order.resources');
        if ($whole) {
            // A day of it costs as much as one of the period whose price was paid.
            $bought = [['starts' => $today] + end($bought)];
        }
        $service['resources'][$name] = $after;
        $service['stretches'] = [...$service['stretches'], ...$bought];
        $this->services[$asked['service']] = $service;
        $this->limit($service);
        return (object) [];
    }

    public function suspend(array $asked): object
    {
        $this->having($asked['service'], ['active', 'suspended']);
        $this->staffOnly($asked['by'], 'billmanager.suspend.client');
        $this->suspendFor($asked['service'], 'staff');
        return (object) [];
    }

    public function resume(array $asked): object
    {
        $service = $this->having($asked['service'], ['suspended']);
        $this->staffOnly($asked['by'], 'billmanager.suspend.client');
        if (!in_array('staff', $service['suspended_by'], true)) {
            throw new Refused('it is to be renewed', 'billmanager.suspend.non-payment');
        }
        $this->lift($asked['service'], 'staff');
        return (object) [];
    }

    public function delete(array $asked): object
    {
        $service = $this->having($asked['service'], ['ordered', 'active', 'suspended']);
        $this->staffOnly($asked['by'], 'billmanager.delete.client');
        if ($service['status'] !== 'ordered') {
            $this->panel->ask('user.delete', ['elid' => $service['user']]);
        }
        $this->services[$asked['service']] = ['status' => 'deleted', 'due' => null] + $service;
        return (object) [];
    }

    public function observe(array $of): object
    {
        $written = fn (Amount $amount): string => $amount->written(max($this->digits, 4));
        $seen = [
            'services' => (object) array_map($this->shown(...), $this->services),
            'ledger' => $this->ledger,
            'balances' => (object) array_map($written, $this->balances),
            'invoices' => (object) [],
        ];
        return (object) array_intersect_key($seen, array_flip($of));
    }

    // What the acts have in common

    private function instant(string $text): DateTimeImmutable
    {
        return (new DateTimeImmutable($text))->setTimezone($this->zone);
    }

    /** What time it is: as the question tells, or as the clock shows. */
    private function time(string $told): DateTimeImmutable
    {
        return $this->instant(WALL_CLOCK ? date(DATE_ATOM) : $told);
    }

    private function today(): DateTimeImmutable
    {
        return $this->now->setTime(0, 0);
    }

    private function having(string $id, array $statuses): array
    {
        $service = $this->services[$id];
        if (!in_array($service['status'], $statuses, true)) {
            throw new Refused("the service is {$service['status']}", 'billmanager.lifecycle.status');
        }
        return $service;
    }

    private function staffOnly(string $by, string $rule): void
    {
        if ($by !== 'staff') {
            throw new Refused('clients may not do this', $rule);
        }
    }

    /** Refuse an amount of a resource that a tariff does not sell for a period. */
    private function checkAmount(array $tariff, string $period, string $name, int $amount): void
    {
        $sold = $tariff['resources'][$name] ?? null;
        if ($sold === null && in_array($name, BY_THEMSELVES, true)) {
            throw new Unsupported('resources that come by themselves: planned');
        }
        $sold ??= ['maximum' => 0];
        $least = $sold['minimum'] ?? 0;
        $outside = $amount < $least || $amount > ($sold['maximum'] ?? $amount);
        if ($outside || ($amount - $least) % ($sold['step'] ?? 1) !== 0) {
            throw new Refused("$amount of $name is not sold", 'billmanager.order.resources');
        }
        if ($amount > ($sold['included'] ?? 0) && ofPeriod($sold['prices'] ?? [], $period) === null) {
            throw new Refused("$name has no price for $period", 'billmanager.order.resources');
        }
    }

    /** What a tariff asks for a period: of itself, or of an amount of a resource. */
    private function price(array $tariff, string $period, string $item, int $amount, bool $renewal): Amount
    {
        if ($item === 'tariff') {
            $special = $renewal ? ofPeriod($tariff['renewal_prices'], $period) : null;
            return Amount::read($special ?? ofPeriod($tariff['prices'], $period)
                ?? throw new Refused("there is no price for $period", 'billmanager.order.price'));
        }
        $sold = $tariff['resources'][$item] ?? [];
        $units = max($amount - ($sold['included'] ?? 0), 0);
        return Amount::read(ofPeriod($sold['prices'] ?? [], $period) ?? '0')->times($units);
    }

    /** Work out a bought period: its lines, and the stretches that it grants. */
    private function purchase(array $service, string $period, DateTimeImmutable $starts, bool $renewal): array
    {
        $tariff = $this->tariffs[$service['tariff']];
        $rule = $renewal ? 'billmanager.order.renewal-price' : 'billmanager.order.price';
        [$months, $by] = [monthsOf($period), $tariff['calendar'] ?? null];
        $expires = addMonths($starts, $months, $service['anchor']);
        if ($by !== null) {
            $day = (int) $starts->format('j');
            $later = $day >= ($by['pro_rata_day'] ?? 15) && !($renewal && $day === 1);
            [$expires, $rule] = [addMonths($starts, $months + (int) $later, 1), 'billmanager.charge.calendar'];
        }
        [$lines, $granted] = [[], []];
        foreach (['tariff' => 0] + $service['resources'] as $item => $amount) {
            if ($item !== 'tariff') {
                $this->checkAmount($tariff, $period, $item, $amount);
            }
            $price = $this->price($tariff, $period, $item, $amount, $renewal);
            $share = $by === null ? 1 : $months;
            $stretches = [];
            for ($from = $starts; $from < $expires; $from = $until) {
                $until = $by === null ? $expires : min($expires, addMonths($from, 1, 1));
                $stretches[] = [
                    'starts' => $from, 'expires' => $until, 'price' => $price->times(1, $share),
                    'days' => $by === null ? days($from, $until) : (int) $from->format('t'),
                    'period' => $period, 'share' => $share, 'item' => $item,
                ];
            }
            $cost = part($stretches, $starts, $expires);
            $covers = [$starts->format(DATE_ATOM), $expires->format(DATE_ATOM)];
            $lines[] = $item === 'tariff' ? ['period', $cost, $rule, $covers]
                : ['resource', $cost, 'billmanager.order.resources'];
            $granted = [...$granted, ...$stretches];
        }
        return [$lines, $granted];
    }

    /** Post all lines, or none where the balance does not pay them. */
    private function charge(string $id, array $lines, string $refusedBy): void
    {
        $client = $this->services[$id]['client'];
        $left = $this->balances[$client];
        foreach ($lines as $index => [, $amount]) {
            $lines[$index][1] = $amount->rounded($this->digits);
            $left = $left->minus($lines[$index][1]);
        }
        // What costs nothing is there for a client in debt, too.
        if ($left->top < 0 && $left->minus($this->balances[$client])->top < 0) {
            throw new Refused('the balance is too low', $refusedBy);
        }
        $this->balances[$client] = $left;
        foreach ($lines as $line) {
            if ($line[1]->top !== 0) {
                $this->ledger[] = [
                    'kind' => $line[0], 'amount' => $line[1]->written($this->digits),
                    'rule' => $line[2], 'covers' => $line[3] ?? null,
                    'service' => $id, 'client' => $client,
                ];
            }
        }
    }

    /** Start an ordered service today, if the balance pays it. */
    private function activate(string $id): void
    {
        [$service, $today] = [$this->services[$id], $this->today()];
        $service['anchor'] = (int) $today->format('j');
        $tariff = $this->tariffs[$service['tariff']];
        [$lines, $granted] = $this->purchase($service, $service['period'], $today, false);
        $lines[] = ['setup', Amount::read($tariff['setup_fee']), 'billmanager.order.price'];
        try {
            $this->charge($id, $lines, 'billmanager.order.price');
        } catch (Refused) {
            return;
        }
        $expires = end($granted)['expires'];
        $this->services[$id] = [
            ...$service, 'status' => 'active', 'starts' => $today, 'expires' => $expires,
            'due' => $expires, 'anchor' => keptAnchor($expires, $service['anchor']), 'stretches' => $granted,
        ];
        $this->panel->create($service, $tariff['template'], $this->granted($service));
    }

    /** Let the user on the panel have what was bought. */
    private function limit(array $service): void
    {
        $this->panel->limit($service, $this->granted($service));
    }

    /** Return what a service has of resources: what is included and what was ordered. */
    private function granted(array $service): array
    {
        $included = array_map(
            fn (array $sold): int => $sold['included'] ?? 0,
            $this->tariffs[$service['tariff']]['resources'],
        );
        return $service['resources'] + $included;
    }

    private function periodsNeeded(string $period, DateTimeImmutable $starts, int $anchor): int
    {
        for ($needed = 1; ; $needed++) {
            $expires = addMonths($starts, $needed * monthsOf($period), $anchor);
            if ($expires > $this->today()) {
                return $needed;
            }
        }
    }

    private function suspendFor(string $id, string $why): void
    {
        if (!$this->services[$id]['suspended_by']) {
            $this->panel->ask('user.suspend', ['elid' => $this->services[$id]['user']]);
        }
        $by = array_unique([...$this->services[$id]['suspended_by'], $why]);
        $this->services[$id] = ['status' => 'suspended', 'suspended_by' => $by] + $this->services[$id];
    }

    private function lift(string $id, string $why): void
    {
        $service = $this->services[$id];
        $by = array_diff($service['suspended_by'], [$why]);
        if ($service['status'] === 'suspended' && !$by) {
            $this->panel->ask('user.resume', ['elid' => $service['user']]);
            $service['status'] = 'active';
        }
        $this->services[$id] = ['suspended_by' => $by] + $service;
    }

    private function shown(array $service): array
    {
        $same = ['client', 'tariff', 'status', 'period', 'user', 'domain'];
        return array_intersect_key($service, array_flip($same)) + [
            'starts' => $service['starts']?->format(DATE_ATOM),
            'expires' => $service['expires']?->format(DATE_ATOM),
            'auto_renewal' => false,
            'resources' => (object) $service['resources'],
        ];
    }
}

// The protocol: one question a line, one answer a line.

$billing = null;
$types = [
    'start' => fn (array $question): array => [
        'name' => 'php-billing', 'version' => '1.0', 'protocol' => 0, 'supports' => SUPPORTS,
        'readings' => ['month_end' => 'anchor', 'overdue_days' => 'inclusive'],
    ],
    'open' => function (array $question) use (&$billing): object {
        $billing = new Billing($question);
        return (object) [];
    },
    'clock' => function (array $question) use (&$billing): array {
        $shown = WALL_CLOCK ? ['now' => date(DATE_ATOM)] : [];
        return ['settled' => true, 'next' => $billing->clock($question['to'])] + $shown;
    },
    'act' => function (array $question) use (&$billing): object {
        if (!in_array($question['act'], SUPPORTS['acts'], true)) {
            throw new Unsupported("{$question['act']}: planned");
        }
        return $billing->{$question['act']}($question);
    },
    'observe' => function (array $question) use (&$billing): object {
        return $billing->observe($question['of']);
    },
    'close' => fn (array $question): object => (object) [],
    'stop' => fn (array $question): object => (object) [],
];

while (($line = fgets(STDIN)) !== false) {
    $question = json_decode($line, true, 64, JSON_THROW_ON_ERROR);
    $answer = ['seq' => $question['seq']];
    try {
        $answer['result'] = $types[$question['type']]($question);
    } catch (Refused $refused) {
        $answer['refusal'] = ['reason' => $refused->getMessage(), 'rule' => $refused->rule];
    } catch (Unsupported $lacking) {
        $answer['unsupported'] = $lacking->getMessage();
    } catch (Throwable $error) {
        fwrite(STDERR, $error . "\n");
        $answer['error'] = $error->getMessage();
    }
    fwrite(STDOUT, json_encode($answer, JSON_THROW_ON_ERROR) . "\n");
    if ($question['type'] === 'stop') {
        break;
    }
}
