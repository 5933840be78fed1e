package io.baton.cli.cluster;

import java.io.IOException;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Single requests with protobuf bodies. HttpURLConnection, because it loads in a fraction of java.net.http's time. */
final class Http {
    static final String PROTOBUF = "application/x-protobuf";

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 30_000;
    private static final int ANSWER_BYTES = 256 << 20;

    /** An answer of any status. */
    record Answer(int status, byte[] body) {
        boolean ok() {
            return status >= 200 && status < 300;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8).strip();
        }
    }

    /** Nobody was there to be asked anything. */
    static final class UnreachableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreachableException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private Http() {}

    static HttpURLConnection open(URI url, Login user) throws IOException {
        var connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        var login = user.header(url);
        if (!login.isEmpty()) {
            connection.setInstanceFollowRedirects(false); // it would go to wherever the answer says
            connection.setRequestProperty("Authorization", login);
        }
        return connection;
    }

    /** Reads JSON. */
    static Answer get(URI url, Login user) throws IOException {
        var connection = open(url, user);
        connection.setRequestProperty("Accept", "application/json");
        return answer(connection);
    }

    /** @throws UnreachableException if nothing was sent: any other failure leaves open what the other side did */
    static Answer post(URI url, byte[] body, Login user) throws IOException {
        var connection = open(url, user);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", PROTOBUF);
        connection.setRequestProperty("Accept", PROTOBUF);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connect(connection);
        try (var out = connection.getOutputStream()) {
            out.write(body);
        }
        return answer(connection);
    }

    private static void connect(HttpURLConnection connection) throws UnreachableException {
        try {
            connection.connect();
        } catch (IOException e) {
            throw new UnreachableException(e);
        }
    }

    static Answer answer(HttpURLConnection connection) throws IOException {
        int status;
        try {
            status = connection.getResponseCode();
        } catch (HttpRetryException e) { // it would ask again with a credential, but the body is sent
            return new Answer(e.responseCode(), new byte[0]);
        }
        try (var in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
            return new Answer(status, in == null ? new byte[0] : in.readNBytes(ANSWER_BYTES));
        }
    }
}
