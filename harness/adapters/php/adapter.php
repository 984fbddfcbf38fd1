<?php

/*
 * An adapter for prorata: it translates between the protocol and your billing.
 *
 *     prorata smoke -i "stdio:php adapter.php"
 *     prorata run -i "stdio:php adapter.php"
 *
 * It answers unsupported to every act. Write one act after the other into Billing, in the words of
 * docs/protocol.md; until then scenarios that need them are skipped.
 */

declare(strict_types=1);

set_error_handler(function (int $level, string $message, string $file, int $line): never {
    throw new ErrorException($message, 0, $level, $file, $line);
});

/** What this billing does not have. */
class Unsupported extends Exception
{
}

/** What its rules forbid; `rule` is the id of the one that does, as in billmanager.order.price. */
class Refused extends Exception
{
    public function __construct(string $reason, public readonly ?string $rule = null)
    {
        parent::__construct($reason);
    }
}

/** Your billing in one scenario: it begins empty, with the catalogue and clients of $open. */
class Billing
{
    private string $now;

    public function __construct(array $open)
    {
        $this->now = $open['at'];
    }

    /** Do all that falls due up to $to; return when something does next, null for never. */
    public function clock(string $to): ?string
    {
        $this->now = $to;
        return null;
    }

    /**
     * Do an act: 'order' with client, tariff and period, and so on; return its result, say
     * (object) ['service' => '1']. Amounts are strings of digits: never make floats of them.
     */
    public function act(string $act, array $parameters): object
    {
        throw new Unsupported("$act: planned");
    }

    /** Return the lines that an act would post, without doing it. */
    public function quote(string $act, array $parameters): array
    {
        throw new Unsupported('quotes: planned');
    }

    /** Tell all that there is, as it stands now. */
    public function observe(): array
    {
        return [
            'services' => (object) [],
            'ledger' => [],
            'balances' => (object) [],
            'invoices' => (object) [],
        ];
    }
}

// The protocol: one question a line, one answer a line. Whatever you print goes to STDERR.

function answered(array $question, ?Billing &$billing): array|object
{
    $parameters = array_diff_key($question, array_flip(['seq', 'type', 'act', 'id', 'again']));
    switch ($question['type']) {
        case 'start':
            return ['name' => 'my-billing', 'version' => '0.1', 'protocol' => 1];
        case 'open':
            $billing = new Billing($question);
            return (object) [];
        case 'clock':
            return ['settled' => true, 'next' => $billing->clock($question['to'])];
        case 'act':
            // The same id was sent before: answer as you did then, and do it if you have not.
            if ($question['again'] ?? false) {
                throw new Unsupported('acts that arrive twice: planned');
            }
            return $billing->act($question['act'], $parameters);
        case 'quote':
            return ['lines' => $billing->quote($question['act'], $parameters)];
        case 'observe':
            return (object) array_intersect_key($billing->observe(), array_flip($question['of']));
        default: // close, stop
            return (object) [];
    }
}

$billing = null;
while (($line = fgets(STDIN)) !== false) {
    $question = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    $answer = ['seq' => $question['seq']];
    try {
        $answer['result'] = answered($question, $billing);
    } catch (Refused $refused) {
        $rule = $refused->rule === null ? [] : ['rule' => $refused->rule];
        $answer['refusal'] = ['reason' => $refused->getMessage()] + $rule;
    } catch (Unsupported $lacking) {
        $answer['unsupported'] = $lacking->getMessage();
    } catch (Throwable $error) {
        fwrite(STDERR, "$error\n");
        $answer['error'] = $error->getMessage();
    }
    fwrite(STDOUT, json_encode($answer, JSON_THROW_ON_ERROR) . "\n");
    if ($question['type'] === 'stop') {
        break;
    }
}
