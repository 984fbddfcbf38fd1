<?php
// Orders, prolongs, suspends, and meets a failing panel: BILLmanager and ispmanager over HTTP.
declare(strict_types=1);

define('BILLMANAGER', getenv('BILLMANAGER') ?: 'http://127.0.0.1:1501/billmgr');
define('ISPMANAGER', getenv('ISPMANAGER') ?: 'http://127.0.0.1:1500/ispmgr');
define('CONTROL', preg_replace('~/ispmgr$~', '/_prorata/', ISPMANAGER));
const STATUS = [1 => 'ordered', 2 => 'active', 3 => 'suspended', 4 => 'deleted', 5 => 'processing'];

final class PanelError extends RuntimeException
{
}

/** Send a request; return the decoded JSON, or throw with the status of HTTP as code. */
function http(string $url, ?string $body = null, string $type = 'application/x-www-form-urlencoded'): array
{
    $options = ['ignore_errors' => true, 'timeout' => 10];
    if ($body !== null) {
        $options += ['method' => 'POST', 'header' => "Content-Type: $type", 'content' => $body];
    }
    $answer = @file_get_contents($url, false, stream_context_create(['http' => $options]));
    if ($answer === false) {
        throw new RuntimeException("no answer from $url");
    }
    $status = (int) explode(' ', $http_response_header[0])[1];
    if ($status !== 200) {
        throw new RuntimeException("HTTP $status", $status);
    }
    return json_decode($answer, true, 64, JSON_THROW_ON_ERROR);
}

/** Call a function of a panel; return its document. */
function call(string $url, string $func, array $params): array
{
    $doc = http($url, http_build_query(['func' => $func, 'out' => 'json'] + $params))['doc'];
    if (isset($doc['error'])) { // the status of HTTP is 200 all the same
        throw new PanelError($doc['error']['$type'] . ': ' . $doc['error']['msg']['$']);
    }
    return $doc;
}

/** Move time, break something: what no real panel has. */
function control(string $function, array $fields = []): array
{
    return http(CONTROL . $function, json_encode((object) $fields), 'application/json');
}

/** Return one row of a list. */
function row(array $doc, string $field, string $value): array
{
    foreach ($doc['elem'] ?? [] as $row) {
        if ($row[$field]['$'] === $value) {
            return $row;
        }
    }
    throw new OutOfBoundsException("no row where $field is $value");
}

/** Return what to add to the calls of Anna, a client of the shop. */
function signIn(): array
{
    $login = call(BILLMANAGER, 'auth', ['username' => 'anna', 'password' => 'prorata']);
    return ['auth' => $login['auth']['$id']];
}

/** Print how a service stands. */
function tell(array $service): void
{
    echo "{$service['domain']['$']}: ", STATUS[$service['status']['$']], ", until {$service['expiredate']['$']}\n";
}

control('reset');

// Anna finds the tariff's number and orders.
$anna = signIn();
$tariffs = call(BILLMANAGER, 'vhost.order.pricelist', ['period' => 1] + $anna)['list'][0];
$number = row($tariffs, 'desc', 'small')['pricelist']['$'];
$order = ['pricelist' => $number, 'datacenter' => 1, 'order_period' => 1, 'domain' => 'example.com'];
$done = call(BILLMANAGER, 'v2.vhost.order.param', $order + ['skipbasket' => 'on', 'sok' => 'ok'] + $anna);
$service = $done['id']['$'];
tell(row(call(BILLMANAGER, 'vhost', $anna), 'id', $service));

// A month goes by, and nobody pays for the next one. The session is over, too.
echo control('advance', ['months' => 1])['said'], "\n";
$anna = signIn();
tell(row(call(BILLMANAGER, 'vhost', $anna), 'id', $service));

// Anna prolongs.
$renewed = call(BILLMANAGER, 'service.prolong', ['elid' => $service, 'period' => 1, 'sok' => 'ok'] + $anna);
echo "prolonged until {$renewed['doc']['newexpiredate']['$']}\n";
tell(row(call(BILLMANAGER, 'vhost', $anna), 'id', $service));

// The order is a user of ispmanager. Root adds another, and suspends it.
$root = ['authinfo' => 'root:prorata'];
$boris = ['name' => 'boris', 'passwd' => 'a-secret', 'preset' => 'starter', 'sok' => 'ok'];
call(ISPMANAGER, 'user.add.finish', $boris + $root);
call(ISPMANAGER, 'user.suspend', ['elid' => 'boris'] + $root);
foreach (call(ISPMANAGER, 'user', $root)['elem'] as $user) {
    echo "user {$user['name']['$']}: active {$user['active']['$']}\n";
}

// The panel is out of order, once.
$fault = ['kind' => 'status', 'status' => 503, 'func' => 'user.resume', 'times' => 1];
control('faults', ['faults' => [$fault]]);
foreach ([1, 2] as $attempt) {
    try {
        call(ISPMANAGER, 'user.resume', ['elid' => 'boris'] + $root);
        echo "user.resume, attempt $attempt: ok\n";
        break;
    } catch (RuntimeException $error) {
        echo "user.resume, attempt $attempt: {$error->getMessage()}\n";
    }
}

// What the panels have seen.
foreach (http(CONTROL . 'journal?func=user.resume')['calls'] as $each) {
    echo "{$each['at']} {$each['func']} {$each['params']['elid']} {$each['status']}\n";
}
