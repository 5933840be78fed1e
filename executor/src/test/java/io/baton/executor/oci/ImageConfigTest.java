package io.baton.executor.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.executor.task.SandboxPlan;
import io.baton.executor.task.TaskPlan;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageConfigTest {
    private static List<String> words(String text) {
        return text == null ? List.of() : Arrays.asList(text.split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            true  | ls | a b |       |       | /bin/sh -c ls
            false | ls | a b | entry | cmd x | ls a b
            false |    |     | entry | cmd x | entry cmd x
            false |    | a b | entry | cmd x | entry a b
            false |    |     |       | cmd x | cmd x
            false |    | a b |       | cmd x | cmd a b
            false |    |     | entry |       | entry
            """)
    void runsWhatTaskAndImageSay(
            boolean shell, String value, String arguments, String entrypoint, String command, String expected) {
        var image = new ImageConfig(new TreeMap<>(), words(entrypoint), words(command), "");
        var plan = new TaskPlan(
                shell,
                value == null ? "" : value,
                words(arguments),
                "",
                new TreeMap<>(),
                SandboxPlan.NOTHING,
                "*",
                Optional.empty(),
                List.of());

        assertThat(image.arguments(plan)).contains(words(expected));
    }

    @Test
    void readsAConfiguration() {
        var config = ImageConfig.parse("""
                {"architecture":"amd64","config":{"Env":["A=1","B=x=y","bad"],"Entrypoint":["/e"],"WorkingDir":"/w"}}
                """);

        assertThat(config.environment())
                .containsExactly(java.util.Map.entry("A", "1"), java.util.Map.entry("B", "x=y"));
        assertThat(config.entrypoint()).containsExactly("/e");
        assertThat(config.command()).isEmpty();
        assertThat(config.workingDirectory()).isEqualTo("/w");
        assertThatThrownBy(() -> ImageConfig.parse("{")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"busybox, busybox, latest", "a/b:1.2, a/b, 1.2", "reg:5000/a/b, reg:5000/a/b, latest"})
    void namesHaveTags(String text, String name, String tag) throws IOException {
        assertThat(ImageStore.Reference.parse(text)).isEqualTo(new ImageStore.Reference(name, tag));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc", "../x", "a/../../x", "a b", "a:b c", "-x", "a//b"})
    void namesDoNotLeadOutOfTheDirectory(String text) {
        assertThatThrownBy(() -> ImageStore.Reference.parse(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no name of an image");
    }
}
