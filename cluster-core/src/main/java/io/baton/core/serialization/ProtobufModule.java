package io.baton.core.serialization;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.google.protobuf.ByteString;
import com.google.protobuf.Internal;
import com.google.protobuf.MessageLite;
import java.io.IOException;

/** Lets records carry protobuf messages and byte strings: each is one CBOR byte string. */
public final class ProtobufModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    public ProtobufModule() {
        super("baton-protobuf");
        addSerializer(new MessageWriter());
        addSerializer(new BytesWriter());
        addDeserializer(ByteString.class, new BytesReader());
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addDeserializers(new MessageReaders());
    }

    private static final class MessageWriter extends StdSerializer<MessageLite> {
        private static final long serialVersionUID = 1L;

        MessageWriter() {
            super(MessageLite.class);
        }

        @Override
        public void serialize(MessageLite value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeBinary(value.toByteArray());
        }

        @Override
        public void serializeWithType(
                MessageLite value, JsonGenerator out, SerializerProvider provider, TypeSerializer type)
                throws IOException {
            serialize(value, out, provider);
        }
    }

    private static final class BytesWriter extends StdSerializer<ByteString> {
        private static final long serialVersionUID = 1L;

        BytesWriter() {
            super(ByteString.class);
        }

        @Override
        public void serialize(ByteString value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeBinary(value.toByteArray());
        }
    }

    private static final class BytesReader extends StdDeserializer<ByteString> {
        private static final long serialVersionUID = 1L;

        BytesReader() {
            super(ByteString.class);
        }

        @Override
        public ByteString deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return ByteString.copyFrom(in.getBinaryValue());
        }
    }

    private static final class MessageReaders extends Deserializers.Base {
        @Override
        public JsonDeserializer<?> findBeanDeserializer(
                JavaType type, DeserializationConfig config, BeanDescription description) {
            return MessageLite.class.isAssignableFrom(type.getRawClass())
                    ? new MessageReader(type.getRawClass().asSubclass(MessageLite.class))
                    : null;
        }
    }

    private static final class MessageReader extends StdDeserializer<MessageLite> {
        private static final long serialVersionUID = 1L;

        private final transient MessageLite prototype;

        MessageReader(Class<? extends MessageLite> type) {
            super(type);
            prototype = Internal.getDefaultInstance(type);
        }

        @Override
        public MessageLite deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return prototype.getParserForType().parseFrom(in.getBinaryValue());
        }
    }
}
