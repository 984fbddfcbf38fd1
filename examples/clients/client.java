// Orders, prolongs, suspends, and meets a failing panel: BILLmanager and ispmanager over HTTP.
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.namespace.QName;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class Client {
    static final String BILLMANAGER = or(System.getenv("BILLMANAGER"), "http://127.0.0.1:1501/billmgr");
    static final String ISPMANAGER = or(System.getenv("ISPMANAGER"), "http://127.0.0.1:1500/ispmgr");
    static final String CONTROL = ISPMANAGER.replaceFirst("/ispmgr$", "/_prorata/");
    static final String[] STATUS = {"", "ordered", "active", "suspended", "deleted", "processing"};
    static final HttpClient HTTP = HttpClient.newHttpClient();

    /** What a panel says no with, or HTTP. */
    static class Refused extends RuntimeException {
        Refused(String message) {
            super(message);
        }
    }

    /** The document of a panel: `out=xml`, which Java reads by itself. */
    record Doc(String xml) {
        /** Return the text at a place, "" where there is none. */
        String at(String path) {
            return (String) found(path, XPathConstants.STRING);
        }

        /** Return the places themselves. */
        NodeList all(String path) {
            return (NodeList) found(path, XPathConstants.NODESET);
        }

        private Object found(String path, QName as) {
            try {
                var source = new InputSource(new StringReader(xml));
                return XPathFactory.newInstance().newXPath().evaluate(path, source, as);
            } catch (XPathExpressionException error) {
                throw new IllegalStateException(error);
            }
        }
    }

    /** Send a request; return the body, or throw for any status but 200. */
    static String http(String url, String body, String type) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10));
        if (body != null) {
            request.header("Content-Type", type).POST(BodyPublishers.ofString(body));
        }
        var answer = HTTP.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new Refused("HTTP " + answer.statusCode());
        }
        return answer.body();
    }

    /** Call a function of a panel; return its document. */
    @SafeVarargs
    static Doc call(String url, String func, Map<String, String>... params) throws Exception {
        var fields = Stream.concat(Stream.of(Map.of("func", func, "out", "xml")), Stream.of(params));
        var form = fields.flatMap(each -> each.entrySet().stream())
            .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
        var doc = new Doc(http(url, form, "application/x-www-form-urlencoded"));
        if (!doc.at("/doc/error/@type").isEmpty()) { // the status of HTTP is 200 all the same
            throw new Refused(doc.at("/doc/error/@type") + ": " + doc.at("/doc/error/msg"));
        }
        return doc;
    }

    /** Move time, break something: what no real panel has. */
    static String control(String function, String json) throws Exception {
        return http(CONTROL + function, json, "application/json");
    }

    /** Return what to add to the calls of Anna, a client of the shop. */
    static Map<String, String> signIn() throws Exception {
        var login = call(BILLMANAGER, "auth", Map.of("username", "anna", "password", "prorata"));
        return Map.of("auth", login.at("/doc/auth/@id"));
    }

    /** Print how a service stands. */
    static void tell(String service, Map<String, String> who) throws Exception {
        var row = "/doc/elem[id='" + service + "']/";
        var doc = call(BILLMANAGER, "vhost", who);
        var status = STATUS[Integer.parseInt(doc.at(row + "status"))];
        System.out.println(doc.at(row + "domain") + ": " + status + ", until " + doc.at(row + "expiredate"));
    }

    static String or(String text, String otherwise) {
        return text == null ? otherwise : text;
    }

    public static void main(String[] arguments) throws Exception {
        control("reset", "");

        // Anna finds the tariff's number and orders.
        var anna = signIn();
        var tariffs = call(BILLMANAGER, "vhost.order.pricelist", Map.of("period", "1"), anna);
        var order = Map.of(
            "pricelist", tariffs.at("//elem[desc='small']/pricelist"), "datacenter", "1",
            "order_period", "1", "domain", "example.com", "skipbasket", "on", "sok", "ok");
        var service = call(BILLMANAGER, "v2.vhost.order.param", order, anna).at("/doc/id");
        tell(service, anna);

        // A month goes by, and nobody pays for the next one. The session is over, too.
        var said = Pattern.compile("\"said\": \"([^\"]*)\"").matcher(control("advance", "{\"months\": 1}"));
        System.out.println(said.find() ? said.group(1) : "");
        anna = signIn();
        tell(service, anna);

        // Anna prolongs.
        var period = Map.of("elid", service, "period", "1", "sok", "ok");
        var renewed = call(BILLMANAGER, "service.prolong", period, anna);
        System.out.println("prolonged until " + renewed.at("//newexpiredate"));
        tell(service, anna);

        // The order is a user of ispmanager. Root adds another, and suspends it.
        var root = Map.of("authinfo", "root:prorata");
        var boris = Map.of("name", "boris", "passwd", "a-secret", "preset", "starter", "sok", "ok");
        call(ISPMANAGER, "user.add.finish", boris, root);
        call(ISPMANAGER, "user.suspend", Map.of("elid", "boris"), root);
        var users = call(ISPMANAGER, "user", root);
        for (int row = 1; row <= users.all("/doc/elem").getLength(); row++) {
            var user = "/doc/elem[" + row + "]/";
            System.out.println("user " + users.at(user + "name") + ": active " + users.at(user + "active"));
        }

        // The panel is out of order, once.
        control("faults", "{\"faults\": [{\"kind\": \"status\", \"status\": 503, \"func\": \"user.resume\", \"times\": 1}]}");
        for (int attempt = 1; attempt <= 2; attempt++) {
            var result = "ok";
            try {
                call(ISPMANAGER, "user.resume", Map.of("elid", "boris"), root);
            } catch (Refused refused) {
                result = refused.getMessage();
            }
            System.out.println("user.resume, attempt " + attempt + ": " + result);
        }

        // What the panels have seen.
        var calls = http(CONTROL + "journal?func=user.resume", null, "");
        Pattern.compile("\"at\": \"(.*?)\".*?\"func\": \"(.*?)\".*?\"elid\": \"(.*?)\".*?\"status\": (\\d+)")
            .matcher(calls).results()
            .map(each -> String.join(" ", each.group(1), each.group(2), each.group(3), each.group(4)))
            .forEach(System.out::println);
    }
}
