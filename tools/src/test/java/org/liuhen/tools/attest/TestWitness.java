package org.liuhen.tools.attest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.liuhen.storage.contract.NaiveLog;

/** A witness as c2sp.org/tlog-witness describes it, written from that text and sharing no code with the product. */
final class TestWitness implements AutoCloseable {
    private static final String PATH = "/w/add-checkpoint";

    private final HttpServer server;
    private final KeyPair keys;
    private final String name;
    private final String logKey;
    private volatile long size;
    private volatile byte[] root = new byte[0];
    /** Instead of an honest answer. */
    volatile int refuseWith;

    volatile boolean signsWithAnotherKey;
    final AtomicInteger requests = new AtomicInteger();

    TestWitness(String name, String logKey) throws Exception {
        this.name = name;
        this.logKey = logKey;
        this.keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(PATH, this::handle);
        server.start();
    }

    URI prefix() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/w/");
    }

    /** As if it had seen this head before. */
    void remember(long size, byte[] root) {
        this.size = size;
        this.root = root;
    }

    long size() {
        return size;
    }

    private byte[] typedKey() {
        byte[] encoded = keys.getPublic().getEncoded();
        byte[] typed = new byte[33];
        typed[0] = 4;
        System.arraycopy(encoded, encoded.length - 32, typed, 1, 32);
        return typed;
    }

    private byte[] id() {
        return Arrays.copyOf(NaiveLog.sha256((name + "\n").getBytes(StandardCharsets.UTF_8), typedKey()), 4);
    }

    String verifierKey() {
        return name + "+" + HexFormat.of().formatHex(id()) + "+"
                + Base64.getEncoder().encodeToString(typedKey());
    }

    private void handle(HttpExchange exchange) throws IOException {
        int unused = requests.incrementAndGet();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        try {
            answer(exchange, body);
        } catch (Exception | AssertionError e) {
            send(exchange, 400, "text/plain", e + "\n");
        }
    }

    private synchronized void answer(HttpExchange exchange, String body) throws Exception {
        if (refuseWith != 0) {
            send(exchange, refuseWith, "text/plain", "no\n");
            return;
        }
        int end = body.indexOf("\n\n");
        List<String> lines = body.substring(0, end).lines().toList();
        long old = Long.parseLong(lines.get(0).substring("old ".length()));
        List<byte[]> proof = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            proof.add(Base64.getDecoder().decode(line));
        }
        String text;
        try {
            text = NaiveLog.openNote(body.substring(end + 2), logKey);
        } catch (AssertionError e) {
            send(exchange, 403, "text/plain", "not signed by the log\n");
            return;
        }
        String[] head = text.split("\n", -1);
        long submitted = Long.parseLong(head[1]);
        byte[] submittedRoot = Base64.getDecoder().decode(head[2]);
        if (old > submitted || proof.size() > 63) {
            send(exchange, 400, "text/plain", "old size\n");
        } else if (old != size) {
            send(exchange, 409, "text/x.tlog.size", size + "\n");
        } else if (!extended(old, submitted, submittedRoot, proof)) {
            send(exchange, 422, "text/plain", "not consistent\n");
        } else {
            size = submitted;
            root = submittedRoot;
            send(exchange, 200, "text/plain", cosign(text));
        }
    }

    private boolean extended(long old, long submitted, byte[] submittedRoot, List<byte[]> proof) {
        if (old == 0) {
            return proof.isEmpty();
        }
        if (old == submitted) {
            return proof.isEmpty() && Arrays.equals(root, submittedRoot);
        }
        Iterator<byte[]> hashes = proof.iterator();
        byte[][] both = roots(old, submitted, true, hashes);
        return !hashes.hasNext() && Arrays.equals(both[0], root) && Arrays.equals(both[1], submittedRoot);
    }

    /** The old and the new root that a proof claims: SUBPROOF of RFC 6962 section 2.1.2 read backwards. */
    private byte[][] roots(long m, long n, boolean known, Iterator<byte[]> hashes) {
        if (m == n) {
            byte[] hash = known ? root : hashes.next();
            return new byte[][] {hash, hash};
        }
        long k = Long.highestOneBit(n - 1);
        byte[] one = {1};
        if (m <= k) {
            byte[][] left = roots(m, k, known, hashes);
            return new byte[][] {left[0], NaiveLog.sha256(one, left[1], hashes.next())};
        }
        byte[][] right = roots(m - k, n - k, false, hashes);
        byte[] left = hashes.next();
        return new byte[][] {NaiveLog.sha256(one, left, right[0]), NaiveLog.sha256(one, left, right[1])};
    }

    private String cosign(String text) throws Exception {
        long time = 1_790_000_000L;
        KeyPair signer =
                signsWithAnotherKey ? KeyPairGenerator.getInstance("Ed25519").generateKeyPair() : keys;
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(signer.getPrivate());
        signature.update(("cosignature/v1\ntime " + time + "\n" + text).getBytes(StandardCharsets.UTF_8));
        ByteBuffer bytes =
                ByteBuffer.allocate(4 + 8 + 64).put(id()).putLong(time).put(signature.sign());
        return "— unknown.example AAAA\n— " + name + " " + Base64.getEncoder().encodeToString(bytes.array()) + "\n";
    }

    /** Whether a checkpoint carries this witness's signature. */
    boolean signed(String note) throws Exception {
        int end = note.indexOf("\n\n");
        for (String line : note.substring(end + 2).lines().toList()) {
            if (line.startsWith("— " + name + " ")) {
                ByteBuffer bytes =
                        ByteBuffer.wrap(Base64.getDecoder().decode(line.substring(("— " + name + " ").length())));
                byte[] found = new byte[4];
                bytes.get(found);
                String message = "cosignature/v1\ntime " + bytes.getLong() + "\n" + note.substring(0, end + 1);
                Signature signature = Signature.getInstance("Ed25519");
                signature.initVerify(keys.getPublic());
                signature.update(message.getBytes(StandardCharsets.UTF_8));
                byte[] rest = new byte[bytes.remaining()];
                bytes.get(rest);
                return Arrays.equals(found, id()) && signature.verify(rest);
            }
        }
        return false;
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
