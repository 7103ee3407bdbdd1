import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Prints every configuration key of the Kafka release on the class path, one JSON object a line: what shared/kafka/config-keys
 * is made from. Run with: java -cp "jars/*" ConfigKeys.java
 */
public class ConfigKeys {
    public static void main(String[] args) throws Exception {
        ConfigDef definition = (ConfigDef) Class.forName("kafka.server.KafkaConfig").getMethod("configDef").invoke(null);
        Map<String, String> modes = updateModes();
        for (ConfigDef.ConfigKey key : new TreeMap<>(definition.configKeys()).values()) {
            Object standard = key.defaultValue;
            System.out.println("{" + String.join(",",
                field("key", key.name),
                field("type", key.type.name()),
                field("default", standard == ConfigDef.NO_DEFAULT_VALUE || standard == null ? null
                    : ConfigDef.convertToString(standard, key.type)),
                field("valid", key.validator == null ? null : key.validator.toString()),
                field("mode", modes.getOrDefault(key.name, "read-only")),
                "\"internal\":" + key.internalConfig) + "}");
        }
    }

    /** Kafka's own table of dynamic keys: a Scala object up to 3.9, a Java class with a static method since then. */
    @SuppressWarnings("unchecked")
    private static Map<String, String> updateModes() throws ReflectiveOperationException {
        Class<?> owner;
        try {
            owner = Class.forName("org.apache.kafka.server.config.DynamicBrokerConfig");
        } catch (ClassNotFoundException absent) {
            owner = Class.forName("kafka.server.DynamicBrokerConfig$");
        }
        Method method = owner.getMethod("dynamicConfigUpdateModes");
        Object target = Modifier.isStatic(method.getModifiers()) ? null : owner.getField("MODULE$").get(null);
        return (Map<String, String>) method.invoke(target);
    }

    private static String field(String name, String value) {
        if (value == null) return "\"" + name + "\":null";
        return "\"" + name + "\":\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
