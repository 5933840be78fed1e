package io.baton.systemtests.transcripts;

import io.baton.systemtests.transcripts.Transcript.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a proxy recorded of a client that keeps its connections: the bytes of each, one way and the other. */
final class Proxied {
    private static final Pattern BLOCK =
            Pattern.compile("\\[\\+[\\d.]+ (conn\\d+) (client->server|server->client)\\] ");
    private static final Pattern BINARY = Pattern.compile("<binary \\d+ bytes base64> ([A-Za-z0-9+/=]*)");

    private Proxied() {}

    /** The exchanges; the first one is the stream. */
    static List<Transcript> read(Path file) throws IOException {
        var text = Files.readString(file, StandardCharsets.ISO_8859_1);
        var asked = new TreeMap<String, ByteArrayOutputStream>();
        var answered = new TreeMap<String, ByteArrayOutputStream>();
        var block = BLOCK.matcher(text);
        int from = -1;
        String connection = "";
        boolean client = false;
        while (true) {
            boolean found = block.find();
            if (from >= 0) {
                var said = text.substring(from, found ? block.start() : text.length());
                bytes(said, (client ? asked : answered).computeIfAbsent(connection, c -> new ByteArrayOutputStream()));
            }
            if (!found) {
                break;
            }
            from = block.end();
            connection = block.group(1);
            client = block.group(2).startsWith("client");
        }
        return exchanges(asked, answered);
    }

    private static void bytes(String said, ByteArrayOutputStream out) {
        if (said.startsWith("<EOF>")) {
            return;
        }
        var binary = BINARY.matcher(said);
        boolean ends = binary.find();
        var head = (ends ? said.substring(0, binary.start()) : said).strip();
        if (!head.isEmpty()) {
            out.writeBytes((head.replace("\r\n", "\n").replaceAll("\n\n+", "\n\n") + "\n\n")
                    .replace("\n", "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
        }
        if (ends) {
            out.writeBytes(Base64.getDecoder().decode(binary.group(1)));
        }
    }

    private static List<Transcript> exchanges(
            Map<String, ByteArrayOutputStream> asked, Map<String, ByteArrayOutputStream> answered) {
        var out = new ArrayList<Transcript>();
        asked.forEach((connection, bytes) -> {
            var requests = messages(bytes.toByteArray());
            var reply = answered.get(connection).toByteArray();
            if (out.isEmpty()) {
                var head = Message.parse(reply);
                out.add(new Transcript(
                        "subscribe", requests.get(0), head.with(new byte[0]), true, records(head.body())));
            } else {
                var answers = messages(reply);
                for (int i = 0; i < Math.min(requests.size(), answers.size()); i++) {
                    out.add(new Transcript("call-" + i, requests.get(i), answers.get(i), false, List.of()));
                }
            }
        });
        return out;
    }

    /** Messages with a length, one after the other. */
    private static List<Message> messages(byte[] bytes) {
        var out = new ArrayList<Message>();
        for (var rest = bytes; rest.length > 0; ) {
            var message = Message.parse(rest);
            int length = Math.min(Integer.parseInt(message.header("Content-Length")), message.body().length);
            out.add(message.with(Arrays.copyOf(message.body(), length)));
            rest = Arrays.copyOfRange(message.body(), length, message.body().length);
        }
        return out;
    }

    /** The payloads of records, each in a chunk of its own. */
    private static List<byte[]> records(byte[] chunks) {
        var out = new ArrayList<byte[]>();
        int at = 0;
        while (at < chunks.length) {
            int line = end(chunks, at, '\r');
            int size = Integer.parseInt(new String(chunks, at, line - at, StandardCharsets.US_ASCII), 16);
            int record = end(chunks, line + 2, '\n') + 1;
            out.add(Arrays.copyOfRange(chunks, record, line + 2 + size));
            at = line + 2 + size + 2;
        }
        return out;
    }

    private static int end(byte[] bytes, int from, char mark) {
        int at = from;
        while (bytes[at] != mark) {
            at++;
        }
        return at;
    }
}
