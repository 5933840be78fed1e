package io.baton.distribution.node;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.serialization.JSerializer;

/**
 * Stands for a serializer that this process has no use for: Pekko starts whatever its settings name, and demands that all
 * have different numbers.
 */
public final class UnusedSerializer extends JSerializer {
    private static final AtomicInteger NEXT = new AtomicInteger(Integer.MAX_VALUE / 2);

    private final int number = NEXT.getAndIncrement();

    @Override
    public int identifier() {
        return number;
    }

    @Override
    public boolean includeManifest() {
        return false;
    }

    @Override
    public byte[] toBinary(Object message) {
        throw new UnsupportedOperationException("messages do not leave this process: " + message.getClass());
    }

    @Override
    public Object fromBinaryJava(byte[] bytes, Class<?> manifest) {
        throw new UnsupportedOperationException("messages do not come into this process");
    }
}
