package io.baton.executor.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchCacheTest {
    private static final int LIMIT = 100;

    @TempDir
    private Path directory;

    private FetchCache open(long maxBytes) throws IOException {
        return new FetchCache(directory.resolve("cache"), maxBytes);
    }

    private static String name(String location) {
        return FetchCache.name("user", location);
    }

    private void store(FetchCache cache, String location, int bytes) throws IOException {
        var file = Files.writeString(directory.resolve("file"), location.repeat(bytes / location.length()));
        assertThat(cache.find(name(location))).isInstanceOf(FetchCache.Find.First.class);
        cache.store(name(location), file, new FetchJob(null, 0));
        cache.done(name(location));
    }

    private static boolean has(FetchCache cache, String location) throws IOException {
        var found = cache.find(name(location));
        cache.done(name(location));
        if (found instanceof FetchCache.Find.Stored stored) {
            try (var content = stored.content()) {
                assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith(location);
            }
            return true;
        }
        return false;
    }

    @Test
    void whatWasNotUsedForLongestGoesFirst() throws IOException {
        var cache = open(LIMIT);
        store(cache, "a", 40);
        store(cache, "b", 40);
        assertThat(has(cache, "a")).isTrue();

        store(cache, "c", 40);

        assertThat(has(cache, "b")).isFalse();
        assertThat(has(cache, "a")).isTrue();
        assertThat(has(cache, "c")).isTrue();
        assertThat(cache.usedBytes()).isEqualTo(80);
    }

    @Test
    void whatIsLargerThanAllOfItIsNotKeptAndCostsNothing() throws IOException {
        var cache = open(LIMIT);
        store(cache, "a", 40);

        store(cache, "b", LIMIT + 1);

        assertThat(has(cache, "b")).isFalse();
        assertThat(has(cache, "a")).isTrue();
        assertThat(cache.usedBytes()).isEqualTo(40);
    }

    @Test
    void whoComesSecondWaitsForTheFirst() throws IOException {
        var cache = open(LIMIT);
        assertThat(cache.find(name("a"))).isInstanceOf(FetchCache.Find.First.class);

        var second = cache.find(name("a"));

        assertThat(second).isInstanceOf(FetchCache.Find.UnderWay.class);
        var end = ((FetchCache.Find.UnderWay) second).end();
        assertThat(end).isNotDone();
        cache.done(name("a"));
        assertThat(end).isCompleted();
    }

    @Test
    void theNextAgentFindsItInTheOrderOfItsUse() throws IOException {
        var cache = open(LIMIT);
        store(cache, "old", 30);
        store(cache, "new", 30);
        Files.setLastModifiedTime(
                directory.resolve("cache").resolve(name("old")),
                FileTime.from(Instant.now().minusSeconds(60)));
        Files.writeString(directory.resolve("cache").resolve(name("torn") + ".part"), "torn");

        var next = open(50);

        assertThat(has(next, "old")).isFalse();
        assertThat(has(next, "new")).isTrue();
        assertThat(directory.resolve("cache")).isDirectoryNotContaining("glob:**.part");
        assertThat(next.usedBytes()).isEqualTo(30);
    }

    @Test
    void usersDoNotShare() {
        assertThat(FetchCache.name("a", "x")).isNotEqualTo(FetchCache.name("b", "x"));
        assertThat(FetchCache.name("a", "bx")).isNotEqualTo(FetchCache.name("ab", "x"));
    }

    @Test
    void whatSomebodyRemovedIsFetchedAgain() throws IOException {
        var cache = open(LIMIT);
        store(cache, "a", 40);
        Files.delete(directory.resolve("cache").resolve(name("a")));

        assertThat(has(cache, "a")).isFalse();
        assertThat(cache.usedBytes()).isZero();
    }
}
