package org.liuhen.tools.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;

/** A way to one server. */
public final class ServerConnection implements AutoCloseable {
    private static final Timeout CONNECTING = Timeout.ofSeconds(10);
    /** Longest silence: some answers recompute whole recordings before they say anything. */
    private static final Timeout SILENCE = Timeout.ofMinutes(5);

    private static final int MAX_DOCUMENT = 256 << 20;

    private final CloseableHttpClient client;
    private final URI base;
    private final @Nullable String token;

    private ServerConnection(CloseableHttpClient client, URI base, @Nullable String token) {
        this.client = client;
        this.base = base;
        this.token = token;
    }

    /**
     * Over the network.
     *
     * @param trust null to trust the authorities that Java trusts
     */
    public static ServerConnection over(URI server, @Nullable String token, @Nullable TlsTrust trust) {
        return new ServerConnection(client(null, trust), server, token);
    }

    /** Through a server's private socket. */
    public static ServerConnection through(Path socket) {
        return new ServerConnection(client(socket, null), URI.create("http://localhost"), null);
    }

    private static CloseableHttpClient client(@Nullable Path socket, @Nullable TlsTrust trust) {
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(CONNECTING)
                        .setSocketTimeout(SILENCE)
                        .build());
        if (trust != null) {
            connections.setTlsSocketStrategy(
                    new DefaultClientTlsStrategy(trust.context(), NoopHostnameVerifier.INSTANCE));
        }
        RequestConfig.Builder config = RequestConfig.custom()
                .setResponseTimeout(SILENCE)
                .setExpectContinueEnabled(false)
                .setRedirectsEnabled(false);
        if (socket != null) {
            config.setUnixDomainSocket(socket);
        }
        HttpClientBuilder builder = HttpClients.custom()
                .setConnectionManager(connections.build())
                .setDefaultRequestConfig(config.build())
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableContentCompression()
                .setUserAgent("liuhen");
        return builder.build();
    }

    /** Which server it is. */
    public String base() {
        return base.toString();
    }

    /** A path from its segments, each encoded. */
    public static String path(String... segments) {
        StringBuilder path = new StringBuilder();
        for (String segment : segments) {
            path.append('/')
                    .append(URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"));
        }
        return path.toString();
    }

    /** {@code path} with the parameters that are not null. */
    public static String query(String path, Map<String, ? extends @Nullable Object> parameters) {
        StringBuilder query = new StringBuilder(path);
        char mark = '?';
        for (var parameter : parameters.entrySet()) {
            Object value = parameter.getValue();
            if (value != null) {
                query.append(mark)
                        .append(parameter.getKey())
                        .append('=')
                        .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
                mark = '&';
            }
        }
        return query.toString();
    }

    public JsonNode get(String path) throws IOException, Refused {
        return json(send("GET", path, Map.of(), null));
    }

    /** @param body written as JSON */
    public JsonNode post(String path, Object body) throws IOException, Refused {
        return json(send("POST", path, Map.of(), json(body)));
    }

    public void delete(String path, Object body) throws IOException, Refused {
        send("DELETE", path, Map.of(), json(body));
    }

    public String text(String path) throws IOException, Refused {
        return new String(send("GET", path, Map.of(), null).body, StandardCharsets.UTF_8);
    }

    /** Takes an answer as it comes. */
    public interface Taker {
        void take(InputStream body, Answer head) throws IOException;
    }

    /** Hands the body of an answer to {@code taker} as it comes. */
    public void stream(String method, String path, @Nullable Object body, Taker taker) throws IOException, Refused {
        Optional<Refused> refusal = client.execute(
                request(method, path, Map.of(), body == null ? null : json(body))
                        .build(),
                response -> {
                    if (response.getCode() >= 300) {
                        return Optional.of(refused(answer(response)));
                    }
                    HttpEntity entity = response.getEntity();
                    if (entity != null) {
                        try (InputStream in = entity.getContent()) {
                            taker.take(in, head(response));
                        }
                    }
                    return Optional.empty();
                });
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    /** Copies the body of an answer. */
    public void download(String path, OutputStream out) throws IOException, Refused {
        stream("GET", path, null, (in, head) -> in.transferTo(out));
    }

    /**
     * Sends one request and takes a small answer.
     *
     * @param path or a whole address on the same server
     * @throws Refused for any status but 2xx
     */
    public Answer send(String method, String path, Map<String, String> headers, @Nullable HttpEntity body)
            throws IOException, Refused {
        Answer answer = client.execute(request(method, path, headers, body).build(), ServerConnection::answer);
        if (answer.status >= 300) {
            throw refused(answer);
        }
        return answer;
    }

    /**
     * What came back.
     *
     * @param headers the last of each name, lower case
     */
    public record Answer(int status, Map<String, String> headers, byte[] body) {
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    private ClassicRequestBuilder request(
            String method, String path, Map<String, String> headers, @Nullable HttpEntity body) {
        ClassicRequestBuilder request = ClassicRequestBuilder.create(method).setUri(base.resolve(path));
        headers.forEach(request::setHeader);
        // a token goes to the server it is for, whatever address that one answered with
        if (token != null && sameServer(base.resolve(path))) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.setEntity(body);
        }
        return request;
    }

    private boolean sameServer(URI uri) {
        return base.getScheme().equals(uri.getScheme()) && base.getAuthority().equals(uri.getAuthority());
    }

    private static HttpEntity json(Object body) throws IOException {
        return new ByteArrayEntity(StoredJson.MAPPER.writeValueAsBytes(body), ContentType.APPLICATION_JSON);
    }

    private static JsonNode json(Answer answer) throws IOException {
        return answer.body.length == 0 ? StoredJson.MAPPER.missingNode() : StoredJson.MAPPER.readTree(answer.body);
    }

    private static Answer answer(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        byte[] body = entity == null ? new byte[0] : EntityUtils.toByteArray(entity, MAX_DOCUMENT);
        return new Answer(response.getCode(), head(response).headers, body == null ? new byte[0] : body);
    }

    private static Answer head(ClassicHttpResponse response) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : response.getHeaders()) {
            headers.put(header.getName().toLowerCase(java.util.Locale.ROOT), header.getValue());
        }
        return new Answer(response.getCode(), headers, new byte[0]);
    }

    private static Refused refused(Answer answer) {
        return Refused.of(answer.status, answer.body, answer.header("retry-after"));
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
