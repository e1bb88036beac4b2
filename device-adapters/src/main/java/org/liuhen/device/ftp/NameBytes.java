package org.liuhen.device.ftp;

import java.nio.charset.StandardCharsets;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.filter.codec.ProtocolCodecFactory;
import org.apache.mina.filter.codec.ProtocolDecoder;
import org.apache.mina.filter.codec.ProtocolEncoder;
import org.apache.mina.filter.codec.ProtocolEncoderAdapter;
import org.apache.mina.filter.codec.ProtocolEncoderOutput;
import org.apache.mina.filter.codec.textline.TextLineDecoder;

/** Command lines one character a byte, so that names in old character sets arrive; answers as {@link DockCharset} says. */
final class NameBytes implements ProtocolCodecFactory {
    static final String NAME = "liuhen.names";

    private final ProtocolDecoder decoder;
    private final ProtocolEncoder encoder = new Answers();

    NameBytes(int longestLine) {
        TextLineDecoder lines = new TextLineDecoder(StandardCharsets.ISO_8859_1);
        lines.setMaxLineLength(longestLine);
        decoder = lines;
    }

    /** Drops how a connection has been read so far, which all decoders of lines share. */
    static void forgetOthers(IoSession session) {
        session.getAttributeKeys().stream()
                .filter(key -> key.toString().startsWith(TextLineDecoder.class.getName()))
                .forEach(session::removeAttribute);
    }

    private static final class Answers extends ProtocolEncoderAdapter {
        @Override
        public void encode(IoSession session, Object message, ProtocolEncoderOutput out) {
            out.write(IoBuffer.wrap(message.toString().getBytes(DockCharset.of(session))));
        }
    }

    @Override
    public ProtocolEncoder getEncoder(IoSession session) {
        return encoder;
    }

    @Override
    public ProtocolDecoder getDecoder(IoSession session) {
        return decoder;
    }
}
