package io.baton.executor.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.CommandInfo;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FetchPlanTest {
    private static CommandInfo.URI.Builder uri(String value) {
        return CommandInfo.URI.newBuilder().setValue(value);
    }

    private static FetchPlan.Result plan(CommandInfo.URI.Builder uri) {
        return FetchPlan.of(CommandInfo.newBuilder().addUris(uri).build());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            http://h/a/b.tar.gz      | b.tar.gz       | TAR_GZIP
            https://h:1/B.TGZ        | B.TGZ          | TAR_GZIP
            http://h/x?a=1&b=x.zip   | x?a=1&b=x.zip  | ZIP
            file:///d/a.tar.bz2      | a.tar.bz2      | TAR_BZIP2
            /d/a.txz                 | a.txz          | TAR_XZ
            file://localhost/d/a.tar | a.tar          | TAR
            http://h/log.gz          | log.gz         | GZIP
            http://h/run.sh          | run.sh         | -
            """)
    void namesAFileByTheEndOfItsUri(String value, String name, ArchiveKind kind) {
        var item = plan(uri(value)).plan().items().get(0);

        assertThat(item.name()).isEqualTo(name);
        assertThat(item.archive().orElse(null)).isEqualTo(kind);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            gopher://h/x      | only http, https and file
            ftp://h/x         | only http, https and file
            relative/x        | only http, https and file
            http://h          | its last part
            http://h/         | its last part
            http://h/..       | leads out
            file://other/x    | another host
            http://h/a\\b     | backslash
            http://h/stdout   | would replace
            """)
    void whatCannotBeFetchedIsNamed(String value, String problem) {
        assertThat(plan(uri(value)).problem().orElse("")).contains(problem);
    }

    @ParameterizedTest
    @CsvSource({"/abs,is absolute", "../x,leads out", "a/../../x,leads out", ".,is no name", "stderr,would replace"})
    void outputFilesStayInTheSandbox(String path, String problem) {
        assertThat(plan(uri("http://h/x").setOutputFile(path)).problem().orElse(""))
                .contains("output_file", problem);
    }

    @Test
    void programsAndWhatNobodyWantsUnpackedStayWhole() {
        assertThat(plan(uri("http://h/a.zip").setExtract(false))
                        .plan()
                        .items()
                        .get(0)
                        .archive())
                .isEmpty();
        assertThat(plan(uri("http://h/a.zip").setExecutable(true))
                        .plan()
                        .items()
                        .get(0)
                        .archive())
                .isEmpty();
    }

    @Test
    void secretsOfAUriAreNotShown() {
        assertThat(FetchPlan.shown("https://me:pw@h/x?token=t#f")).isEqualTo("https://h/x");
    }

    @Test
    void tooManyAreRefused() {
        var uris = Collections.nCopies(FetchPlan.MAX_URIS + 1, uri("http://h/x").build());

        var result = FetchPlan.of(CommandInfo.newBuilder().addAllUris(uris).build());

        assertThat(result.problem().orElse("")).contains("257 URIs");
    }
}
