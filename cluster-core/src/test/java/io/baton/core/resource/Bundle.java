package io.baton.core.resource;

import io.baton.v1.Resource;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Bundles as text, for tables: {@code cpus:2; mem(ads):512; disk(ads)(ads/db)[v1]:100; ports:[1-5,9-9]; gpus{REV}:1}.
 * A reservation is dynamic; {@code (=ads)} is a static one. {@code [v1]} is a volume, {@code <S>} a shared one,
 * {@code @/mnt} a mounted disk.
 */
final class Bundle {
    private static final Pattern ONE = Pattern.compile(
            "(\\w+)((?:\\([^)]*\\))*)(?:@([\\w/]+))?(?:\\[(\\w+)\\])?(<S>)?(\\{REV\\})?:(.*)", Pattern.DOTALL);

    private Bundle() {}

    static Resources of(String text) {
        return Resources.fromProto(protos(text));
    }

    static List<Resource> protos(String text) {
        var out = new ArrayList<Resource>();
        for (var part : text.split(";")) {
            if (!part.isBlank() && !part.strip().equals("{}")) {
                out.add(one(part.strip()));
            }
        }
        return out;
    }

    private static Resource one(String text) {
        var match = ONE.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException(text);
        }
        var out = Resource.newBuilder().setName(match.group(1));
        for (var role : match.group(2).split("[()]+")) {
            if (!role.isEmpty()) {
                boolean fixed = role.startsWith("=");
                out.addReservations(ReservationInfo.newBuilder()
                        .setType(fixed ? ReservationInfo.Type.STATIC : ReservationInfo.Type.DYNAMIC)
                        .setRole(fixed ? role.substring(1) : role));
            }
        }
        if (match.group(3) != null) {
            out.getDiskBuilder()
                    .getSourceBuilder()
                    .setType(Resource.DiskInfo.Source.Type.MOUNT)
                    .getMountBuilder()
                    .setRoot(match.group(3));
        }
        if (match.group(4) != null) {
            out.getDiskBuilder().getPersistenceBuilder().setId(match.group(4));
        }
        if (match.group(5) != null) {
            out.getSharedBuilder();
        }
        if (match.group(6) != null) {
            out.getRevocableBuilder();
        }
        return value(out, match.group(7)).build();
    }

    private static Resource.Builder value(Resource.Builder out, String text) {
        if (text.startsWith("[")) {
            out.setType(Value.Type.RANGES).getRangesBuilder();
            for (var range : text.substring(1, text.length() - 1).split(",")) {
                if (!range.isBlank()) {
                    var ends = range.strip().split("-");
                    out.getRangesBuilder()
                            .addRange(Value.Range.newBuilder()
                                    .setBegin(Long.parseLong(ends[0]))
                                    .setEnd(Long.parseLong(ends[1])));
                }
            }
            return out;
        }
        if (text.startsWith("{")) {
            out.setType(Value.Type.SET).getSetBuilder();
            for (var item : text.substring(1, text.length() - 1).split(",")) {
                if (!item.isBlank()) {
                    out.getSetBuilder().addItem(item.strip());
                }
            }
            return out;
        }
        return out.setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(Double.parseDouble(text)));
    }
}
