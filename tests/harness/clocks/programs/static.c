/* An adapter that says little, to be linked statically: libfaketime is not loaded into it. */
#include <stdio.h>
#include <string.h>

static const char *result(const char *line) {
    if (strstr(line, "\"type\":\"start\"")) return "{\"name\":\"static\",\"protocol\":0}";
    if (strstr(line, "\"type\":\"clock\"")) return "{\"settled\":true,\"next\":null}";
    if (strstr(line, "\"type\":\"observe\""))
        return "{\"services\":{},\"ledger\":[],\"balances\":{},\"invoices\":{}}";
    return "{}";
}

int main(void) {
    static char line[1 << 20];
    int seq = 0;
    while (fgets(line, sizeof line, stdin)) {
        sscanf(line, "{\"seq\":%d", &seq);
        if (strstr(line, "\"type\":\"act\"")) printf("{\"seq\":%d,\"unsupported\":\"none\"}\n", seq);
        else printf("{\"seq\":%d,\"result\":%s}\n", seq, result(line));
        fflush(stdout);
        if (strstr(line, "\"type\":\"stop\"")) break;
    }
    return 0;
}
