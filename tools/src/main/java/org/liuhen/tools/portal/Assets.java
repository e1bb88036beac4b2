package org.liuhen.tools.portal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.tools.portal.page.Frame;

/**
 * The style sheet, scripts and pictures of the pages, each under an address that holds a digest of its content, so that
 * browsers keep them for ever and never show an old one. All are in this program; nothing comes from elsewhere.
 */
final class Assets implements Frame.AssetAddresses {
    private static final String WEBJAR = "org.webjars.npm/hls.js";
    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private record Asset(String version, String contentType, byte[] plain, byte[] gzipped) {}

    private final Map<String, Asset> byName = new HashMap<>();

    Assets() {
        for (String name : new String[] {"portal.css", "portal.js", "player.js", "clip.js", "mark.svg"}) {
            add(name, "/org/liuhen/tools/portal/assets/" + name);
        }
        add("hls.light.min.js", "/META-INF/resources/webjars/hls.js/" + playerVersion() + "/dist/hls.light.min.js");
    }

    @Override
    public String of(String name) {
        return "/assets/" + asset(name).version() + "/" + name;
    }

    /** Answers {@code /assets/{version}/{name}}. */
    Response serve(Request request) throws Problem {
        Asset asset = byName.get(request.parameter("name"));
        if (asset == null || !asset.version().equals(request.parameter("version"))) {
            throw new Problem(404, "not-found", "asset: no such file in this version");
        }
        boolean zipped = request.header("accept-encoding").orElse("").contains("gzip");
        Response response = new Response(
                        200, Headers.NONE, new Response.Bytes(zipped ? asset.gzipped() : asset.plain()))
                .with("content-type", asset.contentType())
                .with("cache-control", "public, max-age=31536000, immutable")
                .with("x-content-type-options", "nosniff")
                .with("vary", "accept-encoding");
        return zipped ? response.with("content-encoding", "gzip") : response;
    }

    private Asset asset(String name) {
        Asset asset = byName.get(name);
        if (asset == null) {
            throw new IllegalArgumentException("asset: " + name + " (expected: one of " + byName.keySet() + ")");
        }
        return asset;
    }

    private void add(String name, String resource) {
        byte[] plain = bytes(resource);
        String type = CONTENT_TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        byName.put(name, new Asset(DigestUtils.sha256Hex(plain).substring(0, 16), type, plain, gzipped(plain)));
    }

    private static byte[] gzipped(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String playerVersion() {
        Properties properties = new Properties();
        try {
            properties.load(new java.io.ByteArrayInputStream(bytes("/META-INF/maven/" + WEBJAR + "/pom.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource: " + resource + " is missing (expected: in this program)");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
