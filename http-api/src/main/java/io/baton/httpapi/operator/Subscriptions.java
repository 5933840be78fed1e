package io.baton.httpapi.operator;

import io.baton.httpapi.codec.ChunkedAlready;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Connection;
import io.baton.httpapi.server.RateLimit;
import io.baton.httpapi.stream.OperatorStream;
import io.baton.protocol.codec.Encoding;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;

/** The operator's SUBSCRIBE: a stream of what happens, from the read model. */
public final class Subscriptions {
    private final OperatorStream.Setup streams;
    private final RateLimit limit;

    /** @param limit each subscription costs a picture of everything */
    public Subscriptions(OperatorStream.Setup streams, RateLimit limit) {
        this.streams = streams;
        this.limit = limit;
    }

    HttpResponse subscribe(Connection connection, Encoding encoding) {
        if (!limit.allows(connection.remote())) {
            return Refusal.tooMany("Too many subscriptions from your address; please try again later")
                    .response();
        }
        var records = Source.fromGraph(new OperatorStream(encoding, connection, streams));
        return HttpResponse.create()
                .addHeader(ChunkedAlready.HEADER)
                .withEntity(HttpEntities.createCloseDelimited(Replies.contentType(encoding), records));
    }
}
