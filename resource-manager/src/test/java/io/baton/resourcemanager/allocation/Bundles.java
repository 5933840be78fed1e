package io.baton.resourcemanager.allocation;

import io.baton.core.resource.Resources;
import io.baton.v1.Resource;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.regex.Pattern;

/**
 * Bundles as text, for tables: {@code cpus:2 mem(ads):512 disk(ads)[v1]:100 cpus{REV}:1 ports:[1-5]}. {@code [v1]} is a
 * volume, {@code <S>} a shared one, {@code @/x} a mounted disk.
 */
public final class Bundles {
    private static final Pattern ONE =
            Pattern.compile("(\\w+)((?:\\([^)]*\\))*)(?:@([\\w/]+))?(?:\\[(\\w+)\\])?(<S>)?(\\{REV\\})?:(\\S+)");

    private Bundles() {}

    public static Resources of(String text) {
        var out = new ArrayList<Resource>();
        var match = ONE.matcher(text);
        while (match.find()) {
            var one = Resource.newBuilder().setName(match.group(1));
            for (var role : match.group(2).split("[()]+")) {
                if (!role.isEmpty()) {
                    one.addReservations(ReservationInfo.newBuilder()
                            .setType(ReservationInfo.Type.DYNAMIC)
                            .setRole(role));
                }
            }
            if (match.group(3) != null) {
                one.getDiskBuilder()
                        .getSourceBuilder()
                        .setType(Resource.DiskInfo.Source.Type.MOUNT)
                        .getMountBuilder()
                        .setRoot(match.group(3));
            }
            if (match.group(4) != null) {
                one.getDiskBuilder().getPersistenceBuilder().setId(match.group(4));
            }
            if (match.group(5) != null) {
                one.getSharedBuilder();
            }
            if (match.group(6) != null) {
                one.getRevocableBuilder();
            }
            out.add(value(one, match.group(7)).build());
        }
        return Resources.fromProto(out);
    }

    private static Resource.Builder value(Resource.Builder out, String text) {
        if (!text.startsWith("[")) {
            return out.setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(Double.parseDouble(text)));
        }
        var ends = text.substring(1, text.length() - 1).split("-");
        return out.setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder()
                        .addRange(Value.Range.newBuilder()
                                .setBegin(Long.parseLong(ends[0]))
                                .setEnd(Long.parseLong(ends[1]))));
    }
}
