package io.baton.resourcemanager.agent;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.baton.link.Credential;
import io.baton.link.Register;
import io.baton.link.ToMaster;
import io.baton.protocol.codec.MessageParts;
import java.io.IOException;

/**
 * Reads the frames of one link. A small frame can become very large once it is read: nothing is made of one before it is
 * counted, and of a registration whose agent must show who it is, nothing but what it shows.
 */
final class FrameReader {
    /** Messages and elements of lists in one frame: a registration of tens of thousands of tasks has fewer. */
    static final int MOST_PARTS = 1_000_000;

    /** Where agents must show who they are, one that has not has no use for larger frames of another kind. */
    static final int MOST_PARTS_OF_STRANGERS = 1_000;

    private final Registrations registrations;
    private final Newcomers.Newcomer newcomer;

    FrameReader(Registrations registrations, Newcomers.Newcomer newcomer) {
        this.registrations = registrations;
        this.newcomer = newcomer;
    }

    /**
     * One frame.
     *
     * @return of a registration that is not welcome, only its credential: whoever refuses it sees that
     * @throws InvalidProtocolBufferException that ends the link: it is broken, or there is no room for what it would become
     */
    ToMaster read(byte[] frame) throws InvalidProtocolBufferException {
        if (newcomer.isRegistered()) {
            if (MessageParts.exceed(frame, ToMaster.getDescriptor(), MOST_PARTS)) {
                throw tooMany(MOST_PARTS);
            }
            return ToMaster.parseFrom(frame);
        }
        var shown = registrations.areClosed() ? credential(frame) : null;
        if (shown != null && !registrations.isWelcome(shown)) {
            return ToMaster.newBuilder()
                    .setRegister(Register.newBuilder().setCredential(shown).buildPartial())
                    .buildPartial();
        }
        int most = registrations.areClosed() && shown == null ? MOST_PARTS_OF_STRANGERS : MOST_PARTS;
        long parts = MessageParts.count(frame, ToMaster.getDescriptor(), most);
        if (parts > most) {
            throw tooMany(most);
        }
        if (!newcomer.unpacks(parts)) {
            throw new InvalidProtocolBufferException("too much comes of agents that have not registered");
        }
        var read = ToMaster.parseFrom(frame);
        if (read.hasHeartbeat() || read.getMessageCase() == ToMaster.MessageCase.MESSAGE_NOT_SET) {
            newcomer.forgets(parts);
            return ToMaster.getDefaultInstance(); // As little as it says.
        }
        return read;
    }

    private static InvalidProtocolBufferException tooMany(int most) {
        return new InvalidProtocolBufferException(
                "a frame has more than " + most + " messages and elements of lists, the limit");
    }

    /** @return null if the frame is no registration */
    private static Credential credential(byte[] frame) throws InvalidProtocolBufferException {
        Credential.Builder shown = null;
        var in = CodedInputStream.newInstance(frame);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == message(ToMaster.REGISTER_FIELD_NUMBER)) {
                    shown = shown == null ? Credential.newBuilder() : shown;
                    int before = in.pushLimit(in.readRawVarint32());
                    register(in, shown);
                    in.popLimit(before);
                } else {
                    in.skipField(tag);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
        return shown == null ? null : shown.build();
    }

    private static void register(CodedInputStream in, Credential.Builder shown) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(Register.CREDENTIAL_FIELD_NUMBER)) {
                in.readMessage(shown, ExtensionRegistryLite.getEmptyRegistry());
            } else {
                in.skipField(tag);
            }
        }
    }

    private static int message(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }
}
