package io.baton.resourcemanager.routing;

/**
 * Under which names sharding knows entities. It makes actors' names of them, in UTF-8, where all halves of surrogate pairs
 * look alike: two entities whose names differ in those only would have one actor's name, and that ends their whole shard.
 *
 * <p>Pure.
 */
public final class EntityNames {
    private static final int REPLACEMENT = 0xfffd;

    private EntityNames() {}

    /** The id, where it is text; else what is left of it in UTF-8. No agent or framework has such an id. */
    public static String of(String id) {
        return id.chars().anyMatch(c -> Character.isSurrogate((char) c)) ? mended(id) : id;
    }

    private static String mended(String id) {
        var out = new StringBuilder(id.length());
        id.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c)
                .forEach(out::appendCodePoint);
        return out.toString();
    }
}
