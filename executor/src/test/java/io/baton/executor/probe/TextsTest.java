package io.baton.executor.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.core.resource.Resources;
import io.baton.v1.Value;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:4;mem:2048                          | cpus:4; mem:2048
            cpus : 0.5 ; ; mem:1                     | cpus:0.5; mem:1
            ports:[31000-32000,33000-33010]          | ports:[31000-32000, 33000-33010]
            ports:[80]                               | ports:[80-80]
            cpus(ads):2;cpus:1                       | cpus:1; cpus(ads):2
            cpus(eng/build):2                        | cpus(eng/build):2
            [{"name":"cpus","type":"SCALAR","scalar":{"value":3}}] | cpus:3
            """)
    void readsResources(String text, String meaning) {
        assertThat(Resources.fromProto(ResourcesText.parse(text)).toString().replace(", ", ","))
                .isEqualTo(meaning.replace(", ", ","));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus                      | at 'cpus': expected name:value
            cpus:                     | at 'cpus:': the value is missing
            :4                        | at ':4': expected name:value
            mem:1;cpus:four           | at 'cpus:four': 'four' is neither a number
            cpus(ads:2                | at 'cpus(ads:2': the role's bracket is not closed
            cpus(-x):2                | at 'cpus(-x):2'
            ports:[5-1]               | the range 5-1 ends before it begins
            ports:[a-b]               | 'a-b' is not a range
            ports:[1-2                | does not end with ']'
            cpus:-1                   | Invalid resource 'cpus'
            ports:[1-70000]           | Invalid resource 'ports'
            [{"name":1}]              | the JSON cannot be read
            cpus:1;cpus:[1-2]         | Invalid resources
            [{"name":"disk","type":"SCALAR","scalar":{"value":3},"disk":{"source":{"type":"RAW"}}}] | needs a resource provider
            [{"name":"disk","type":"SCALAR","scalar":{"value":3},"disk":{"source":{"type":"MOUNT"}}}] | needs its mount.root
            """)
    void namesWhatIsWrongWithResources(String text, String why) {
        assertThatThrownBy(() -> ResourcesText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void readsAttributes() {
        var attributes = AttributesText.parse("rack:r1;ssd:true;level:3.5;range:[1-5];tags:{a,b}");

        assertThat(attributes)
                .extracting(a -> a.getName() + " " + a.getType())
                .containsExactly("rack TEXT", "ssd TEXT", "level SCALAR", "range RANGES", "tags SET");
        assertThat(AttributesText.parse("")).isEmpty();
        assertThatThrownBy(() -> AttributesText.parse("a:1;b")).hasMessageContaining("at 'b'");
    }

    @ParameterizedTest(name = "of {0} the host leaves {1}")
    @CsvSource({"8000,6976", "2049,1025", "2048,1024", "1000,500"})
    void theHostKeepsItsPartButNeverMoreThanHalf(long total, long left) {
        assertThat(HostProbe.leaving(total, HostProbe.HOST_MEM_MB)).isEqualTo(left);
    }

    @Test
    void aDiskIsAsLargeAsItIsHoweverFull() throws IOException {
        var disk = new FileStore() {
            @Override
            public String name() {
                return "disk";
            }

            @Override
            public String type() {
                return "ext4";
            }

            @Override
            public boolean isReadOnly() {
                return false;
            }

            @Override
            public long getTotalSpace() {
                return 60L << 30;
            }

            @Override
            public long getUsableSpace() {
                return 25L << 30;
            }

            @Override
            public long getUnallocatedSpace() {
                return 25L << 30;
            }

            @Override
            public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
                return false;
            }

            @Override
            public boolean supportsFileAttributeView(String name) {
                return false;
            }

            @Override
            public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
                return null;
            }

            @Override
            public Object getAttribute(String attribute) {
                throw new UnsupportedOperationException(attribute);
            }
        };

        assertThat(HostProbe.diskMb(disk)).isEqualTo(55 << 10);
    }

    @Test
    void whatIsNotNamedIsDetected(@TempDir Path proc) throws IOException {
        Files.writeString(proc.resolve("meminfo"), "MemTotal:        4194304 kB\nMemFree: 1 kB\n");

        var all = Resources.fromProto(HostProbe.resources("cpus:3", proc, proc));

        assertThat(all.millis("cpus")).isEqualTo(3_000);
        assertThat(all.millis("mem")).isEqualTo(3_072_000);
        assertThat(all.millis("disk")).isPositive();
        assertThat(all.toString()).contains("ports:[31000-32000]");
        assertThat(HostProbe.hostname()).isNotEmpty();
        assertThat(HostProbe.address()).isNotEmpty();
    }

    @Test
    void aTypeOfItsOwnIsKept() {
        assertThat(ValueText.parse("{a, b}").getSet().getItemList()).containsExactly("a", "b");
        assertThat(ValueText.parse("[]").getType()).isEqualTo(Value.Type.RANGES);
        assertThat(ValueText.parse("1e3").getScalar().getValue()).isEqualTo(1_000);
    }
}
