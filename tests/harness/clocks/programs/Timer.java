import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An adapter in Java that waits in every way before each answer, and tells what its clock shows. */
class Timer {
    private static final Pattern ASKED = Pattern.compile("\\{\"seq\":(\\d+),\"type\":\"(\\w+)\"");
    private static final Map<String, String> RESULTS = Map.of(
        "start", "{\"name\":\"timer\",\"protocol\":0}",
        "clock", "{\"settled\":true,\"next\":null,\"now\":\"%s\"}",
        "observe", "{\"services\":{},\"ledger\":[],\"balances\":{},\"invoices\":{}}");

    private static void pause() throws Exception {
        Thread.sleep(2);
        synchronized (ASKED) {
            ASKED.wait(2);
        }
        new CountDownLatch(1).await(2, TimeUnit.MILLISECONDS);
        var scheduler = Executors.newSingleThreadScheduledExecutor();
        scheduler.schedule(() -> { }, 2, TimeUnit.MILLISECONDS).get();
        scheduler.shutdown();
    }

    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher asked = ASKED.matcher(line);
            asked.lookingAt();
            pause();
            String type = asked.group(2);
            String result = RESULTS.getOrDefault(type, "{}").replace("%s", Instant.now().toString());
            String answer = type.equals("act") ? "\"unsupported\":\"none\"" : "\"result\":" + result;
            System.out.println("{\"seq\":" + asked.group(1) + "," + answer + "}");
            if (type.equals("stop")) {
                return;
            }
        }
    }
}
