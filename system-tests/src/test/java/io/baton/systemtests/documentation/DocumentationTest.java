package io.baton.systemtests.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.baton.cli.command.Commands;
import io.baton.cli.terminal.Terminal;
import io.baton.distribution.command.AgentCommand;
import io.baton.distribution.command.DemoCommand;
import io.baton.distribution.command.DevCommand;
import io.baton.distribution.command.MasterCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the pages promise is there: links, commands, quoted code, the pages that sources point to. */
class DocumentationTest {
    private static final Path ROOT = root();
    private static final Set<String> MADE = Set.of("target", "node_modules", ".git", ".baton");
    private static final List<Path> FILES = sources();
    private static final Pattern POINTER = Pattern.compile("docs/(?:[a-z0-9-]+/)*[a-z0-9-]+\\.md");
    private static final Pattern QUOTED_FROM = Pattern.compile("<!-- from (\\S+) -->");
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]+Test|)(#[a-zA-Z0-9]+)?`");
    private static final Pattern METRIC = Pattern.compile("\"(baton_[a-z_]+)\"");
    private static final Pattern MEASURE = Pattern.compile("gauge\\(\"([a-z_]+)\"");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    /** Commands that start a process of their own; bench is no part of the distribution. */
    private static final Map<String, Function<Terminal, Object>> SERVERS = Map.of(
            "dev", DevCommand::new, "demo", DemoCommand::new, "master", MasterCommand::new, "agent", AgentCommand::new);

    static List<Path> pages() {
        return files(".md");
    }

    static List<String> commands() {
        var commands = new ArrayList<String>();
        for (var page : pages()) {
            for (var code : Markdown.read(page).code()) {
                code.lines().stream()
                        .filter(line -> code.language().equals("sh") && line.startsWith("./baton"))
                        .map(line -> line.replaceFirst("\\s+#\\s.*", "").strip())
                        .forEach(commands::add);
            }
        }
        return commands.stream().distinct().toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) {
        var broken = new ArrayList<String>();
        for (var link : Markdown.read(page).links()) {
            if (!link.matches("[a-z]+:.*") && !leadsSomewhere(page, link)) {
                broken.add(link);
            }
        }

        assertThat(broken).isEmpty();
    }

    private static boolean leadsSomewhere(Path page, String link) {
        var parts = link.split("#", 2);
        var target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!target.startsWith(ROOT) || !Files.exists(target)) {
            return false;
        }
        return parts.length == 1 || Markdown.read(target).anchors().contains(parts[1]);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void commandsCanBeTyped(String command) {
        var words = words(command);
        var name = words.get(1);
        var terminal = new Terminal(silent(), silent(), false, false);
        var commands = new Commands(terminal).all();

        assertThat(ROOT.resolve(words.get(0))).isExecutable();
        assertThat(commands.getSubcommands()).containsKey(name);
        if (name.equals("bench")) {
            return;
        }
        boolean server = SERVERS.containsKey(name);
        var line = server ? new CommandLine(SERVERS.get(name).apply(terminal)) : new Commands(terminal).lineFor(name);
        var typed = words.subList(server ? 2 : 1, words.size()).toArray(String[]::new);
        assertThatCode(() -> line.parseArgs(typed)).doesNotThrowAnyException();
    }

    /** Each word that the launcher treats on its own. */
    @Test
    void helpListsWhatTheLauncherStarts() throws IOException {
        var listed = new Commands(new Terminal(silent(), silent(), false, false))
                .all()
                .getSubcommands();
        var launcher = Files.readString(ROOT.resolve("baton"));
        var starts = launcher.substring(launcher.lastIndexOf("\ncase ${1-} in"));

        assertThat(Pattern.compile("(?m)^ {4}([a-z |]+)\\)$")
                        .matcher(starts)
                        .results()
                        .flatMap(words -> Stream.of(words.group(1).split(" \\| "))))
                .contains("master", "simulate")
                .allMatch(listed::containsKey);
    }

    @Test
    void theReadmeNamesBothWaysToBegin() throws IOException {
        assertThat(commands()).contains("./baton demo", "./baton dev", "./baton run -- echo hello");
        assertThat(Files.readString(ROOT.resolve("README.md"))).contains("\nmvn -B verify ");
        assertThat(ROOT.resolve(".ci/run")).isExecutable();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void quotedCodeIsTheCode(Path page) throws IOException {
        for (var code : Markdown.read(page).code()) {
            var source = QUOTED_FROM.matcher(code.above());
            if (source.matches()) {
                assertThat(Files.readString(ROOT.resolve(source.group(1)))).contains(String.join("\n", code.lines()));
            }
        }
    }

    @Test
    void sourcesPointToPagesThatExist() throws IOException {
        var missing = new TreeSet<String>();
        for (var source : files(".java", ".proto", ".conf", ".xml", ".sh")) {
            var pointers = POINTER.matcher(Files.readString(source));
            while (pointers.find()) {
                if (!Files.exists(ROOT.resolve(pointers.group()))) {
                    missing.add(ROOT.relativize(source) + ": " + pointers.group());
                }
            }
        }

        assertThat(missing).isEmpty();
    }

    /** {@code `Class#method`}, and {@code `#method`} of the class named before it. */
    @Test
    void theTestsOfAbuseCasesExist() throws IOException {
        var missing = new ArrayList<String>();
        for (var row : Files.readAllLines(ROOT.resolve("docs/reliability.md"))) {
            var names = TEST.matcher(row);
            var source = "";
            if (row.matches("\\| \\d{1,2} .*") && !names.find()) {
                missing.add(row);
            }
            names.reset();
            while (row.matches("\\| \\d{1,2} .*") && names.find()) {
                source = names.group(1).isEmpty() ? source : sourcesOf(names.group(1));
                var method = names.group(2) == null ? "" : names.group(2).substring(1);
                if (source.isEmpty() || !method.isEmpty() && !source.contains("void " + method + "(")) {
                    missing.add(names.group());
                }
            }
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void noTwoRowsOfATableHaveOneNumber() throws IOException {
        var twice = new ArrayList<String>();
        var numbers = new TreeSet<String>();
        for (var line : Files.readAllLines(ROOT.resolve("docs/reliability.md"))) {
            var number = line.startsWith("| ") ? line.split("\\|", -1)[1].strip() : "";
            if (number.isEmpty()) {
                numbers.clear();
            } else if (number.matches("[0-9]+") && !numbers.add(number)) {
                twice.add(line);
            }
        }

        assertThat(twice).isEmpty();
    }

    private static String sourcesOf(String test) throws IOException {
        var text = new StringBuilder();
        for (var file : files("/" + test + ".java")) {
            text.append(Files.readString(file));
        }
        return text.toString();
    }

    @Test
    void everyDecisionIsListed() throws IOException {
        var list = Markdown.read(ROOT.resolve("docs/adr/README.md")).links();
        try (var decisions = Files.list(ROOT.resolve("docs/adr"))) {
            assertThat(decisions.map(d -> d.getFileName().toString()).filter(name -> name.matches("\\d{4}-.*")))
                    .isNotEmpty()
                    .allMatch(list::contains);
        }
    }

    /** Who reads the first decisions first is not to be told what is missing of them when it has been there for long. */
    @Test
    void noDecisionSpeaksOfWhatIsNotBuilt() throws IOException {
        try (var decisions = Files.list(ROOT.resolve("docs/adr"))) {
            assertThat(decisions).allSatisfy(page -> assertThat(page).content().doesNotContain("not built yet"));
        }
    }

    @Test
    void everyMetricIsNamed() throws IOException {
        var pages = Files.readString(ROOT.resolve("docs/operations.md"))
                + Files.readString(ROOT.resolve("docs/allocation.md"));
        var names = new TreeSet<String>();
        for (var source : files("Metrics.java")) {
            if (source.toString().contains("/src/main/")) {
                var text = Files.readString(source);
                METRIC.matcher(text).results().forEach(name -> names.add(name.group(1)));
                MEASURE.matcher(text).results().forEach(name -> names.add("baton_container_" + name.group(1)));
            }
        }

        assertThat(names).hasSizeGreaterThan(20).allSatisfy(name -> assertThat(pages)
                .contains(name));
    }

    /** Blanks separate, quotes hold together: all that the pages need of a shell's rules. */
    private static List<String> words(String command) {
        return WORD.matcher(command)
                .results()
                .map(m -> m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : m.group(3))
                .toList();
    }

    private static PrintStream silent() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }

    private static List<Path> files(String... endings) {
        return FILES.stream()
                .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                .toList();
    }

    /** All that is not made by a build, sorted. */
    private static List<Path> sources() {
        var out = new TreeSet<Path>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return MADE.contains(directory.getFileName().toString()) && !directory.equals(ROOT)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    out.add(file);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(out);
    }

    /** Tests run in their module's directory. */
    private static Path root() {
        var here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("LICENSE")) ? here : here.getParent();
    }
}
