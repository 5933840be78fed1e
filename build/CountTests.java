import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * Counts tests from the reports of surefire and failsafe, for .ci/run. A single-file program: {@code java
 * CountTests.java DIRECTORY…}.
 *
 * <p>Each directory is one run of the same build, on a JDK of its own. A test counts once, as its worst run ended. The
 * last line is the result; exit status 1 if any failed or none ran.
 */
final class CountTests {
    private static final int PASSED = 0;
    private static final int SKIPPED = 1;
    private static final int FAILED = 2;

    public static void main(String[] runs) throws Exception {
        var all = new TreeMap<String, Integer>();
        for (var run : runs) {
            for (var report : reports(Path.of(run))) {
                outcomes(report).forEach((test, outcome) -> all.merge(test, outcome, Math::max));
            }
        }
        all.forEach((test, outcome) -> {
            if (outcome != PASSED) {
                System.out.println((outcome == FAILED ? "failed: " : "skipped: ") + test);
            }
        });
        long failed = count(all, FAILED);
        System.out.println(
                count(all, PASSED) + " passed, " + failed + " failed, " + count(all, SKIPPED) + " skipped");
        System.exit(failed > 0 || all.isEmpty() ? 1 : 0);
    }

    private static long count(TreeMap<String, Integer> all, int outcome) {
        return all.values().stream().filter(o -> o == outcome).count();
    }

    private static List<Path> reports(Path run) throws IOException {
        try (var files = Files.walk(run, 4)) {
            return files.filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml"))
                    .filter(f -> f.getParent().getFileName().toString().matches("(surefire|failsafe)-reports"))
                    .sorted()
                    .toList();
        }
    }

    /** Cases of a parameterised test may share a name: the number tells them apart. */
    private static TreeMap<String, Integer> outcomes(Path report) throws Exception {
        var tests = builder().parse(report.toFile()).getElementsByTagName("testcase");
        var seen = new ArrayList<String>();
        var outcomes = new TreeMap<String, Integer>();
        for (int i = 0; i < tests.getLength(); i++) {
            var test = (Element) tests.item(i);
            var name = test.getAttribute("classname") + " " + test.getAttribute("name");
            long before = seen.stream().filter(name::equals).count();
            seen.add(name);
            outcomes.put(before == 0 ? name : name + " #" + (before + 1), outcome(test));
        }
        return outcomes;
    }

    private static int outcome(Element test) {
        if (has(test, "failure") || has(test, "error")) {
            return FAILED;
        }
        return has(test, "skipped") ? SKIPPED : PASSED;
    }

    private static boolean has(Element test, String child) {
        return test.getElementsByTagName(child).getLength() > 0;
    }

    private static DocumentBuilder builder() throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder();
    }
}
