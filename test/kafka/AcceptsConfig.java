import java.io.BufferedReader;
import java.io.FileReader;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Properties;

/**
 * Asks Kafka itself which settings it accepts: reads lines of key, tab, value, puts each alone on top of a server.properties
 * and prints "ok", or why KafkaConfig refuses it. Run with: java -cp "jars/*" AcceptsConfig.java server.properties
 */
public class AcceptsConfig {
    public static void main(String[] args) throws Exception {
        Properties base = new Properties();
        try (FileReader file = new FileReader(args[0])) {
            base.load(file);
        }
        Method read = Class.forName("kafka.server.KafkaConfig").getMethod("fromProps", Properties.class);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int tab = line.indexOf('\t');
            Properties merged = new Properties();
            merged.putAll(base);
            merged.put(line.substring(0, tab), line.substring(tab + 1));
            try {
                read.invoke(null, merged);
                System.out.println("> ok");
            } catch (InvocationTargetException refused) {
                System.out.println("> " + String.valueOf(refused.getCause().getMessage()).replace('\n', ' '));
            }
        }
    }
}
