package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTableTest {
    @TempDir
    private Path proc;

    private void process(long pid, String name, char state, long start) throws IOException {
        var stat = Files.createDirectories(proc.resolve(Long.toString(pid))).resolve("stat");
        Files.writeString(stat, pid + " (" + name + ") " + state + " 42" + " 0".repeat(17) + " " + start + " 0 0\n");
    }

    @Test
    void aNameMayHoldBracketsAndSpaces() throws IOException {
        process(7, "a) R 1 (b", 'S', 99);

        assertThat(new ProcessTable(proc).find(7)).contains(new ProcessTable.Entry(7, 'S', 42, 0, 99));
    }

    @Test
    void aZombieIsDead() throws IOException {
        process(7, "x", 'Z', 99);

        assertThat(new ProcessTable(proc).isAlive(7, 99)).isFalse();
    }

    @Test
    void anotherStartTimeIsAnotherProcess() throws IOException {
        process(7, "x", 'S', 99);
        var table = new ProcessTable(proc);

        assertThat(table.isAlive(7, 99)).isTrue();
        assertThat(table.isAlive(7, 98)).isFalse();
        assertThat(table.isAlive(8, 99)).isFalse();
    }
}
