import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An adapter for prorata: it translates between the protocol and your billing.
 *
 * <pre>
 *     prorata smoke -i "stdio:java Adapter.java"
 *     prorata run -i "stdio:java Adapter.java"
 * </pre>
 *
 * It answers unsupported to every act. Write one act after the other into Billing, in the words of
 * docs/protocol.md; until then scenarios that need them are skipped. One file, no libraries: a JSON
 * of its own stands at the end.
 */
public class Adapter {

    /** What this billing does not have. */
    static class Unsupported extends RuntimeException {
        Unsupported(String reason) {
            super(reason);
        }
    }

    /** What its rules forbid; rule is the id of the one that does, or null. */
    static class Refused extends RuntimeException {
        final String rule;

        Refused(String reason, String rule) {
            super(reason);
            this.rule = rule;
        }
    }

    /** Your billing in one scenario: it begins empty, with the catalogue and clients of open. */
    static class Billing {
        private String now;

        Billing(Map<String, Object> open) {
            now = (String) open.get("at");
        }

        /** Do all that falls due up to an instant; return when something does next, null for never. */
        String clock(String to) {
            now = to;
            return null;
        }

        /**
         * Do an act: "order" with client, tariff and period, and so on; return its result, say
         * Map.of("service", "1"). Amounts are strings of digits: make a BigDecimal, never a double.
         */
        Map<String, Object> act(String act, Map<String, Object> parameters) {
            throw new Unsupported(act + ": planned");
        }

        /** Return the lines that an act would post, without doing it. */
        List<Map<String, Object>> quote(String act, Map<String, Object> parameters) {
            throw new Unsupported("quotes: planned");
        }

        /** Tell all that there is, as it stands now. */
        Map<String, Object> observe() {
            return Map.of("services", Map.of(), "ledger", List.of(), "balances", Map.of(), "invoices", Map.of());
        }
    }

    private static final Set<String> OWN = Set.of("seq", "type", "act", "id", "again");
    private static Billing billing;

    private static Object answered(Map<String, Object> question) {
        String act = (String) question.get("act");
        Map<String, Object> parameters = new LinkedHashMap<>(question);
        parameters.keySet().removeAll(OWN);
        switch ((String) question.get("type")) {
            case "start":
                return Map.of("name", "my-billing", "version", "0.1", "protocol", 1);
            case "open":
                billing = new Billing(question);
                return Map.of();
            case "clock":
                Map<String, Object> settled = new HashMap<>();
                settled.put("settled", true);
                settled.put("next", billing.clock((String) question.get("to")));
                return settled;
            case "act":
                // The same id was sent before: answer as you did then, and do it if you have not.
                if (Boolean.TRUE.equals(question.get("again"))) {
                    throw new Unsupported("acts that arrive twice: planned");
                }
                return billing.act(act, parameters);
            case "quote":
                return Map.of("lines", billing.quote(act, parameters));
            case "observe":
                Map<String, Object> seen = new LinkedHashMap<>(billing.observe());
                seen.keySet().retainAll((List<?>) question.get("of"));
                return seen;
            default: // close, stop
                return Map.of();
        }
    }

    private static Map<String, Object> answer(Map<String, Object> question) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("seq", question.get("seq"));
        try {
            told.put("result", answered(question));
        } catch (Refused refused) {
            Map<String, Object> why = new LinkedHashMap<>();
            why.put("reason", refused.getMessage());
            why.put("rule", refused.rule);
            told.put("refusal", why);
        } catch (Unsupported lacking) {
            told.put("unsupported", lacking.getMessage());
        } catch (RuntimeException error) {
            error.printStackTrace();
            told.put("error", error.toString());
        }
        return told;
    }

    /** The protocol: one question a line, one answer a line. Whatever you print goes to System.err. */
    public static void main(String[] arguments) throws Exception {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line; (line = questions.readLine()) != null; ) {
            Map<String, Object> question = new Json(line).object();
            answers.print(Json.written(answer(question)) + "\n");
            answers.flush();
            if ("stop".equals(question.get("type"))) {
                break;
            }
        }
    }

    /** JSON: objects are maps, arrays lists; numbers are whole, for digits that matter are strings. */
    static class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        Map<String, Object> object() {
            Map<String, Object> found = new LinkedHashMap<>();
            expect('{');
            while (peek() != '}') {
                String key = string();
                expect(':');
                found.put(key, value());
                if (peek() == ',') {
                    at++;
                }
            }
            at++;
            return found;
        }

        private List<Object> array() {
            List<Object> found = new ArrayList<>();
            expect('[');
            while (peek() != ']') {
                found.add(value());
                if (peek() == ',') {
                    at++;
                }
            }
            at++;
            return found;
        }

        private Object value() {
            switch (peek()) {
                case '{':
                    return object();
                case '[':
                    return array();
                case '"':
                    return string();
                default:
                    return word();
            }
        }

        private Object word() {
            int from = at;
            while (at < text.length() && ",]} \t".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String word = text.substring(from, at);
            switch (word) {
                case "true":
                    return true;
                case "false":
                    return false;
                case "null":
                    return null;
                default:
                    return Long.valueOf(word);
            }
        }

        private String string() {
            StringBuilder found = new StringBuilder();
            expect('"');
            for (char each; (each = text.charAt(at++)) != '"'; ) {
                found.append(each == '\\' ? escaped() : each);
            }
            return found.toString();
        }

        private char escaped() {
            char each = text.charAt(at++);
            if (each == 'u') {
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            int known = "nrtbf".indexOf(each);
            return known < 0 ? each : "\n\r\t\b\f".charAt(known);
        }

        private char peek() {
            while (Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.charAt(at);
        }

        private void expect(char wanted) {
            if (peek() != wanted) {
                throw new IllegalArgumentException("no " + wanted + " at " + at + " of " + text);
            }
            at++;
        }

        static String written(Object value) {
            if (value instanceof Map) {
                List<String> parts = new ArrayList<>();
                ((Map<?, ?>) value).forEach((key, each) -> parts.add(quoted((String) key) + ":" + written(each)));
                return "{" + String.join(",", parts) + "}";
            }
            if (value instanceof List) {
                List<String> parts = new ArrayList<>();
                ((List<?>) value).forEach(each -> parts.add(written(each)));
                return "[" + String.join(",", parts) + "]";
            }
            return value instanceof String ? quoted((String) value) : String.valueOf(value);
        }

        private static String quoted(String text) {
            StringBuilder written = new StringBuilder("\"");
            for (char each : text.toCharArray()) {
                if (each == '"' || each == '\\') {
                    written.append('\\').append(each);
                } else if (each < ' ') {
                    written.append(String.format("\\u%04x", (int) each));
                } else {
                    written.append(each);
                }
            }
            return written.append('"').toString();
        }
    }
}
