package org.liuhen.ingest.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Reads requests and never guesses where a body ends: a request with both {@code Transfer-Encoding} and {@code
 * Content-Length} is refused instead of repaired, because the next program might repair it differently.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
    StrictRequestDecoder(HttpSettings.Limits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.targetBytes())
                .setMaxHeaderSize(limits.headBytes())
                .setMaxChunkSize(limits.receiveBytes())
                .setStrictLineParsing(true));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("Content-Length: together with Transfer-Encoding (expected: one of them)");
    }
}
