package io.baton.systemtests.transcripts;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * One exchange with a Mesos as it was recorded.
 *
 * @param name of the file, without its number and ending
 * @param events of an answer that is a stream: the records' payloads; else empty
 */
record Transcript(String name, Message request, Message answer, boolean streams, List<byte[]> events) {
    private static final Pattern BINARY = Pattern.compile("<binary (?:\\d+ bytes)?,? ?base64> ([A-Za-z0-9+/=]*)");
    private static final Pattern ANSWER = Pattern.compile("\n<<< response[^\n]*\n");
    private static final Pattern RECORD =
            Pattern.compile("    RecordIO record, length line '\\d+\\\\n', payload: (.*)");
    private static final Pattern NUMBER = Pattern.compile("(\\d+)-(.*)\\.(http|stream)\\.txt");
    private static final String REQUEST = ">>> request\n";

    /** The head's first line, its other lines by name, and a body. */
    record Message(String first, TreeMap<String, String> headers, byte[] body) {
        /** Reads a head with lines that end in one way or the other, and what follows it. */
        static Message parse(byte[] bytes) {
            var text = new String(bytes, StandardCharsets.ISO_8859_1);
            var end = text.contains("\r\n\r\n") ? "\r\n\r\n" : "\n\n";
            int at = text.indexOf(end);
            var head = (at < 0 ? text : text.substring(0, at)).split("\r?\n");
            var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            for (int i = 1; i < head.length; i++) {
                int colon = head[i].indexOf(':');
                if (colon > 0) {
                    headers.put(
                            head[i].substring(0, colon),
                            head[i].substring(colon + 1).strip());
                }
            }
            var body = at < 0 ? "" : text.substring(at + end.length());
            return new Message(head[0], headers, body.getBytes(StandardCharsets.ISO_8859_1));
        }

        int status() {
            return Integer.parseInt(first.split(" ")[1]);
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean isBinary() {
            return header("Content-Type").equals("application/x-protobuf");
        }

        boolean isJson() {
            return header("Content-Type").equals("application/json");
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** Without what the recorder wrote after the body. */
        Message cut() {
            int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
            return with(Arrays.copyOf(body, Math.min(length, body.length)));
        }

        /** The body as it was before it was compressed. */
        byte[] plain() throws IOException {
            return header("Content-Encoding").equals("gzip")
                    ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
                    : body;
        }

        Message with(byte[] other) {
            return new Message(first, headers, other);
        }
    }

    /** All of a folder that were answered, in their order. */
    static List<Transcript> all(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(f -> NUMBER.matcher(f.getFileName().toString()).matches())
                    .sorted(Comparator.comparingInt(Transcript::number))
                    .map(Transcript::read)
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    private static int number(Path file) {
        return Integer.parseInt(file.getFileName().toString().split("-")[0]);
    }

    private static Optional<Transcript> read(Path file) {
        try {
            var text = Files.readString(file, StandardCharsets.ISO_8859_1);
            var name = NUMBER.matcher(file.getFileName().toString()).replaceFirst("$2");
            var answer = ANSWER.matcher(text);
            if (!answer.find()) {
                return Optional.empty();
            }
            var request = text.substring(text.indexOf(REQUEST) + REQUEST.length(), answer.start());
            boolean streams = file.toString().endsWith(".stream.txt");
            var rest = text.substring(answer.end());
            return Optional.of(new Transcript(
                    name,
                    Message.parse(bytes(request)).cut(),
                    streams ? Message.parse(bytes(rest.split("\n\\[\\+", 2)[0])).with(new byte[0]) : answer(rest),
                    streams,
                    streams ? records(rest) : List.of()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Message answer(String text) {
        var parsed = Message.parse(bytes(text));
        var body = new String(parsed.body(), StandardCharsets.ISO_8859_1).stripTrailing();
        return parsed.with(bytes(body));
    }

    private static List<byte[]> records(String text) {
        var out = new ArrayList<byte[]>();
        var matcher = RECORD.matcher(text);
        while (matcher.find()) {
            out.add(bytes(matcher.group(1)));
        }
        return out;
    }

    /** What the recorder wrote in base64 because it is not text; else the bytes of the text itself. */
    private static byte[] bytes(String recorded) {
        var binary = BINARY.matcher(recorded);
        return binary.lookingAt()
                ? Base64.getDecoder().decode(binary.group(1))
                : recorded.getBytes(StandardCharsets.ISO_8859_1);
    }
}
