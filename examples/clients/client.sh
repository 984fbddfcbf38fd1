#!/usr/bin/env bash
# Orders, prolongs, suspends, and meets a failing panel: BILLmanager and ispmanager over HTTP.
set -euo pipefail

billmanager=${BILLMANAGER:-http://127.0.0.1:1501/billmgr}
ispmanager=${ISPMANAGER:-http://127.0.0.1:1500/ispmgr}
export PRORATA_PANEL=$ispmanager
status=([1]=ordered [2]=active [3]=suspended [4]=deleted [5]=processing)

# call URL FUNC NAME=VALUE...: call a function of a panel; print its document.
call() {
    local url=$1 form=(-d func="$2" -d out=json) answer
    for field in "${@:3}"; do form+=(--data-urlencode "$field"); done
    answer=$(curl --silent --show-error --fail --max-time 10 "${form[@]}" "$url") || return
    # The status of HTTP is 200 for errors too.
    jq --exit-status 'if .doc.error then (.doc.error | "\(."$type"): \(.msg."$")\n" | halt_error) else .doc end' <<<"$answer"
}

# sign_in: let Anna, a client of the shop, call.
sign_in() {
    anna=(auth="$(call "$billmanager" auth username=anna password=prorata | jq -r '.auth."$id"')")
}

# tell ID: print how a service stands.
tell() {
    local domain state until
    read -r domain state until < <(call "$billmanager" vhost "${anna[@]}" | jq -r --arg id "$1" \
        '.elem[] | select(.id."$" == $id) | [.domain, .status, .expiredate] | map(."$") | join(" ")')
    echo "$domain: ${status[state]}, until $until"
}

prorata panel reset >/dev/null

# Anna finds the tariff's number and orders.
sign_in
number=$(call "$billmanager" vhost.order.pricelist period=1 "${anna[@]}" |
    jq -r '.list[0].elem[] | select(.desc."$" == "small") | .pricelist."$"')
service=$(call "$billmanager" v2.vhost.order.param pricelist="$number" datacenter=1 order_period=1 \
    domain=example.com skipbasket=on sok=ok "${anna[@]}" | jq -r '.id."$"')
tell "$service"

# A month goes by, and nobody pays for the next one. The session is over, too.
prorata panel advance 1 month
sign_in
tell "$service"

# Anna prolongs.
call "$billmanager" service.prolong elid="$service" period=1 sok=ok "${anna[@]}" |
    jq -r '"prolonged until \(.doc.newexpiredate."$")"'
tell "$service"

# The order is a user of ispmanager. Root adds another, and suspends it.
root=(authinfo=root:prorata)
call "$ispmanager" user.add.finish name=boris passwd=a-secret preset=starter sok=ok "${root[@]}" >/dev/null
call "$ispmanager" user.suspend elid=boris "${root[@]}" >/dev/null
call "$ispmanager" user "${root[@]}" | jq -r '.elem[] | "user \(.name."$"): active \(.active."$")"'

# The panel is out of order, once.
curl --silent --output /dev/null "${ispmanager%/ispmgr}/_prorata/faults" \
    --json '{"faults": [{"kind": "status", "status": 503, "func": "user.resume", "times": 1}]}'
for attempt in 1 2; do
    if said=$(call "$ispmanager" user.resume elid=boris "${root[@]}" 2>&1); then
        echo "user.resume, attempt $attempt: ok"
        break
    fi
    echo "user.resume, attempt $attempt: HTTP ${said##* }"
done

# What the panels have seen.
prorata panel journal --func user.resume | jq -r '"\(.at) \(.func) \(.params.elid) \(.status)"'
