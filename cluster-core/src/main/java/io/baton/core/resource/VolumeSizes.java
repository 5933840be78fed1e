package io.baton.core.resource;

import io.baton.v1.Offer.Operation;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.List;
import java.util.Optional;

/** Persistent volumes become larger and smaller (Mesos v1: {@code GROW_VOLUME}, {@code SHRINK_VOLUME}). */
final class VolumeSizes {
    private VolumeSizes() {}

    /** What is wrong with the form of it, if anything, in the order of Mesos. */
    static Optional<String> problemOf(Operation.GrowVolume grow) {
        var volume = grow.getVolume();
        var addition = grow.getAddition();
        return invalid("GrowVolume.volume", volume)
                .or(() -> invalid("GrowVolume.addition", addition))
                .or(() -> when(
                        millis(addition.getScalar()) <= 0,
                        "The size of 'GrowVolume.addition' field must be greater than zero"))
                .or(() -> when(volume.hasProviderId(), "Growing a volume from a resource provider is not supported"))
                .or(() -> noVolume("GrowVolume.volume", volume))
                .or(() -> when(volume.hasShared(), "Growing a shared persistent volume is not supported"))
                .or(() -> when(
                        !fits(volume, addition),
                        "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields"));
    }

    /** What is wrong with the form of it, if anything, in the order of Mesos. */
    static Optional<String> problemOf(Operation.ShrinkVolume shrink) {
        var volume = shrink.getVolume();
        long less = millis(shrink.getSubtract());
        return invalid("ShrinkVolume.volume", volume)
                .or(() -> when(less <= 0, "Value of 'ShrinkVolume.subtract' must be greater than zero"))
                .or(() -> when(
                        millis(volume.getScalar()) <= less,
                        "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'"))
                .or(() -> when(volume.hasProviderId(), "Shrinking a volume from a resource provider is not supported"))
                .or(() -> when(
                        volume.getDisk().getSource().getType() == Resource.DiskInfo.Source.Type.MOUNT,
                        "Shrinking a volume on a MOUNT disk is not supported"))
                .or(() -> noVolume("ShrinkVolume.volume", volume))
                .or(() -> when(volume.hasShared(), "Shrinking a shared persistent volume is not supported"));
    }

    private static Optional<String> when(boolean wrong, String problem) {
        return wrong ? Optional.of(problem) : Optional.empty();
    }

    private static Optional<String> invalid(String field, Resource resource) {
        return ResourceRules.problemOf(List.of(resource))
                .map(problem -> "Invalid resource in the '" + field + "' field: " + problem);
    }

    private static Optional<String> noVolume(String field, Resource resource) {
        return Conversion.volumeProblem(resource)
                .map(problem -> "Invalid persistent volume in the '" + field + "' field: " + problem);
    }

    /** The addition is of the disk that the volume is made of, and such disks add up. */
    private static boolean fits(Resource volume, Resource addition) {
        var disk = Kind.of(volume).withoutVolume();
        return !disk.whole() && disk.equals(Kind.of(addition));
    }

    /** @param grow that {@link #problemOf} finds nothing wrong with */
    static Conversion conversion(Operation.GrowVolume grow) {
        var volume = grow.getVolume();
        var addition = grow.getAddition();
        long size = millis(volume.getScalar()) + millis(addition.getScalar());
        return new Conversion(Resources.fromProto(List.of(volume, addition)), sized(volume, size));
    }

    /** @param shrink that {@link #problemOf} finds nothing wrong with */
    static Conversion conversion(Operation.ShrinkVolume shrink) {
        var volume = shrink.getVolume();
        long less = millis(shrink.getSubtract());
        return new Conversion(
                Resources.fromProto(List.of(volume)),
                sized(volume, millis(volume.getScalar()) - less)
                        .plus(sized(volume, less).withoutVolumes()));
    }

    private static Resources sized(Resource volume, long millis) {
        var scalar = Value.Scalar.newBuilder().setValue(millis / 1000.0);
        return Resources.fromProto(List.of(volume.toBuilder().setScalar(scalar).build()));
    }

    private static long millis(Value.Scalar scalar) {
        return Resources.millis(scalar.getValue());
    }
}
