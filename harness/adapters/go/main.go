// An adapter for prorata: it translates between the protocol and your billing.
//
//	go build -o adapter .
//	prorata smoke -i stdio:./adapter
//	prorata run -i stdio:./adapter
//
// It answers unsupported to every act. Write one act after the other into Billing, in the words of
// docs/protocol.md; until then scenarios that need them are skipped.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// Object is a JSON object. Numbers in it are json.Number: whole ones, for digits that matter are
// strings. Never make floats of amounts.
type Object = map[string]any

// Unsupported is what this billing does not have.
type Unsupported string

func (reason Unsupported) Error() string { return string(reason) }

// Refused is what its rules forbid; Rule is the id of the one that does, as in
// billmanager.order.price.
type Refused struct{ Reason, Rule string }

func (refused Refused) Error() string { return refused.Reason }

// Billing is your billing in one scenario: it begins empty.
type Billing struct{ now any }

// Open makes a billing with the catalogue and the clients of a question.
func Open(question Object) *Billing { return &Billing{now: question["at"]} }

// Clock does all that falls due up to an instant; it returns when something does next, nil for never.
func (billing *Billing) Clock(to any) (any, error) {
	billing.now = to
	return nil, nil
}

// Act does an act: "order" with client, tariff and period, and so on; it returns its result, say
// Object{"service": "1"}.
func (billing *Billing) Act(act string, parameters Object) (Object, error) {
	return nil, Unsupported(act + ": planned")
}

// Quote returns the lines that an act would post, without doing it.
func (billing *Billing) Quote(act string, parameters Object) ([]Object, error) {
	return nil, Unsupported("quotes: planned")
}

// Observe tells all that there is, as it stands now.
func (billing *Billing) Observe() (Object, error) {
	return Object{"services": Object{}, "ledger": []Object{}, "balances": Object{}, "invoices": Object{}}, nil
}

var billing *Billing

func answered(question Object) (Object, error) {
	act, _ := question["act"].(string)
	switch question["type"] {
	case "start":
		return Object{"name": "my-billing", "version": "0.1", "protocol": 1}, nil
	case "open":
		billing = Open(question)
		return Object{}, nil
	case "clock":
		next, err := billing.Clock(question["to"])
		return Object{"settled": true, "next": next}, err
	case "act":
		// The same id was sent before: answer as you did then, and do it if you have not.
		if question["again"] == true {
			return nil, Unsupported("acts that arrive twice: planned")
		}
		return billing.Act(act, parameters(question))
	case "quote":
		lines, err := billing.Quote(act, parameters(question))
		return Object{"lines": lines}, err
	case "observe":
		return observed(question["of"].([]any))
	}
	return Object{}, nil // close, stop
}

func parameters(question Object) Object {
	found := Object{}
	for key, value := range question {
		switch key {
		case "seq", "type", "act", "id", "again":
		default:
			found[key] = value
		}
	}
	return found
}

func observed(of []any) (Object, error) {
	all, err := billing.Observe()
	found := Object{}
	for _, part := range of {
		if value, there := all[part.(string)]; there {
			found[part.(string)] = value
		}
	}
	return found, err
}

func answer(question Object) Object {
	told := Object{"seq": question["seq"]}
	result, err := answered(question)
	var lacking Unsupported
	var refused Refused
	switch {
	case err == nil:
		told["result"] = result
	case errors.As(err, &lacking):
		told["unsupported"] = string(lacking)
	case errors.As(err, &refused):
		refusal := Object{"reason": refused.Reason}
		if refused.Rule != "" {
			refusal["rule"] = refused.Rule
		}
		told["refusal"] = refusal
	default:
		told["error"] = err.Error()
	}
	return told
}

// The protocol: one question a line, one answer a line. Whatever you print goes to os.Stderr.
func main() {
	questions := bufio.NewReader(os.Stdin)
	for {
		line, err := questions.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var question Object
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.UseNumber()
		if err := decoder.Decode(&question); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		written, err := json.Marshal(answer(question))
		if err != nil {
			written, _ = json.Marshal(Object{"seq": question["seq"], "error": err.Error()})
		}
		os.Stdout.Write(append(written, '\n'))
		if question["type"] == "stop" {
			return
		}
	}
}
