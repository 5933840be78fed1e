package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What goes into a launch script comes out in the process, through both kinds of shell. */
class QuotingTest {
    private static final List<String> NASTY = List.of(
            "",
            "-n",
            "--",
            "'",
            "''",
            "\"",
            "\\",
            "$HOME",
            "`id`",
            "a\nb\n",
            "*",
            "~",
            "ü€\uD83D\uDE00",
            "\u0081\u0088",
            "#x",
            "a=b",
            "\r\t\u007f");

    /** In perl. */
    private static final String TOLD = "print map { \"$_\\0\" } scalar @ARGV, @ARGV, map { \"$_=$ENV{$_}\" } keys %ENV";

    @Provide
    Arbitrary<String> texts() {
        var some = Arbitraries.strings()
                .withCharRange('\u0001', '\u00ff')
                .withChars("'\"\\$`\n *?[]{}()<>|&;!#~=-€")
                .ofMaxLength(40);
        return Arbitraries.oneOf(Arbitraries.of(NASTY), some);
    }

    /** Under its limits a shell may not be able to read all of it: half a task, or none, must not pass for one that ran. */
    @Example
    void whatIsNotReadAsAWholeIsNotObeyed() throws Exception {
        assertThat(obeyed("exec true\n#whole\n")).isZero();
        assertThat(obeyed("exec true\n#who")).isEqualTo(126);
        assertThat(obeyed("")).isEqualTo(126);
    }

    private static int obeyed(String text) throws Exception {
        var file = Files.writeString(Files.createTempFile("launch", ""), text);
        try {
            var words = new ArrayList<>(List.of("/bin/sh", "-c", "file=$1; shift; exec \"$@\" 3<\"$file\"", "sh"));
            words.add(file.toString());
            words.addAll(LaunchScript.BEHIND);
            return new ProcessBuilder(words).start().waitFor();
        } finally {
            Files.delete(file);
        }
    }

    @Property(tries = 60)
    void textsSurviveTheShell(
            @ForAll("texts") String argument, @ForAll("texts") String value, @ForAll("texts") String odd)
            throws Exception {
        for (var shell : List.of("/bin/sh", "/bin/bash")) {
            // With a limit the shell stands behind another program.
            for (var limits : List.of(List.<String>of(), List.of("--core=0"))) {
                assertThat(run(shell, limits, argument, value, odd))
                        .as(shell)
                        .startsWith("1", argument)
                        .contains("PLAIN=" + value, "not-a.name=" + odd);
            }
        }
    }

    /** @return how many arguments a process has that is given this one, then these, then its variables */
    private static List<String> run(String shell, List<String> limits, String argument, String value, String odd)
            throws IOException, InterruptedException {
        var sandbox = Files.createTempDirectory("it's $a sandbox");
        var environment = new TreeMap<String, String>();
        environment.put("PLAIN", value);
        environment.put("not-a.name", odd);
        environment.put("PATH", "/usr/bin:/bin");
        var confinement = new Launch.Confinement(Optional.empty(), List.of(), limits);
        var arguments = List.of("-e", TOLD, "--", argument);
        var launch =
                new Launch("c", sandbox, false, "/usr/bin/perl", arguments, environment, Optional.empty(), confinement);
        var script = Files.writeString(
                sandbox.resolve("script"),
                "fail() { echo \"$1\"; exit 1; }\nset --\n" + LaunchScript.of(launch, "/usr/bin/setpriv"));
        var process = new ProcessBuilder(shell, script.toString()).start();
        process.waitFor();
        var out = Files.readString(sandbox.resolve("stdout"), StandardCharsets.UTF_8);
        assertThat(Files.readString(sandbox.resolve("stderr"))).isEmpty();
        for (var file : List.of("script", "stdout", "stderr", "")) {
            Files.delete(sandbox.resolve(file));
        }
        return List.of(out.substring(0, Math.max(0, out.length() - 1)).split("\0", -1));
    }
}
