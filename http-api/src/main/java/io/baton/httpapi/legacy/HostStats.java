package io.baton.httpapi.legacy;

import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.operator.MasterMetrics;
import java.util.TreeMap;

/** {@code /system/stats.json}: what the operating system says of the host, as masters and agents show it. */
public final class HostStats {
    private HostStats() {}

    public static void write(JsonText json) {
        var numbers = new TreeMap<String, Double>();
        MasterMetrics.host(numbers);
        json.object(() -> numbers.forEach((name, value) -> {
            var plain = name.substring(name.indexOf('/') + 1);
            if (plain.startsWith("load_")) {
                json.field("avg_" + plain, value);
            } else {
                json.field(plain, value.longValue());
            }
        }));
    }
}
