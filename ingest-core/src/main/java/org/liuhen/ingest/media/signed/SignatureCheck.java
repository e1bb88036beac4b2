package org.liuhen.ingest.media.signed;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.signed.SignatureMessage.Unreadable;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;

/**
 * Whether a stream of pictures is as the camera signed it. It is given every unit of the stream in its order, then asked
 * what it found: {@code signature-absent}, {@code signature-valid}, {@code signature-broken} with each place, or {@code
 * signature-unchecked} if there are signatures but nothing they could be compared with. One thread.
 *
 * <p>A signature proves that these pictures are what the owner of the key signed. Who that is, only a certificate says.
 */
public final class SignatureCheck {
    public static final String ABSENT = "signature-absent";
    public static final String VALID = "signature-valid";
    public static final String BROKEN = "signature-broken";
    public static final String UNCHECKED = "signature-unchecked";

    private static final int MOST_FINDINGS = 10;
    private static final int MOST_WITHOUT_KEY = 64;
    private static final Said FORGED = Said.of(Sentence.SIGNATURE_FORGED);
    private static final double WORTH_SAYING_SECONDS = 0.05;

    private final PictureCoding coding;
    private final TrustedRoots roots;
    private final Hashing hashing;
    private final String digest;
    private final Tally tally = new Tally();
    private final Coverage coverage;

    private byte @Nullable [] anchor;
    private long pictures;
    private double lastSeconds = -1;
    private boolean present;
    private @Nullable SigningKey key;
    private SignatureMessage.@Nullable Scheme scheme;
    private String vendor = "";
    private String serial = "";
    private @Nullable Instant signedAt;
    private @Nullable String otherDigest;
    /** Came before the key did. */
    private final List<SignatureMessage> withoutKey = new ArrayList<>();

    public SignatureCheck(PictureCoding coding, TrustedRoots roots) {
        this(coding, roots, "SHA-256");
    }

    private SignatureCheck(PictureCoding coding, TrustedRoots roots, String digest) {
        this.coding = coding;
        this.roots = roots;
        this.digest = digest;
        this.hashing = new Hashing(digest);
        this.coverage = new Coverage(hashing, tally);
    }

    /**
     * Takes the next unit.
     *
     * @param unit without its start code or length; kept no longer than this call
     * @param seconds when its picture is shown
     * @param toSeconds until when
     */
    public void accept(byte[] unit, double seconds, double toSeconds) {
        PictureCoding.Kind kind = coding.kind(unit);
        if (kind == PictureCoding.Kind.OTHER) {
            return;
        }
        byte[] content = PictureCoding.trimmed(unit);
        if (kind == PictureCoding.Kind.MESSAGE) {
            message(content, seconds, toSeconds);
            return;
        }
        if (seconds != lastSeconds) {
            lastSeconds = seconds;
            pictures++;
        }
        byte[] own = hashing.of(content);
        byte @Nullable [] before = anchor;
        boolean opens = kind == PictureCoding.Kind.OPENING;
        byte @Nullable [] chained = before == null ? null : hashing.chained(before, own);
        if (opens) {
            anchor = own;
        }
        PictureUnit picture =
                new PictureUnit(opens ? own : chained, opens ? chained : null, opens, seconds, toSeconds, pictures - 1);
        coverage.add(picture, false);
    }

    private void message(byte[] unit, double seconds, double toSeconds) {
        try {
            Optional<SignatureMessage> read = SignatureMessage.read(unit, coding);
            if (read.isPresent()) {
                present = true;
                message(read.get(), seconds, toSeconds);
            }
        } catch (Unreadable e) {
            present = true;
            tally.broken(
                    seconds, toSeconds, Said.of(Sentence.SIGNATURE_UNREADABLE, "text", String.valueOf(e.getMessage())));
        }
    }

    private void message(SignatureMessage message, double seconds, double toSeconds) throws Unreadable {
        if (!message.digest.equals(digest)) {
            otherDigest = message.digest;
            return;
        }
        scheme = message.scheme;
        if (message.signature == null) {
            if (message.statement != null) {
                PictureUnit bearer = new PictureUnit(
                        hashing.of(message.document), null, false, seconds, toSeconds, Math.max(0, pictures - 1));
                coverage.add(message.statement, bearer, null, null);
                coverage.add(bearer, true);
            }
            return;
        }
        @Nullable SigningKey brought = SigningKey.of(message);
        @Nullable Said flaw = null;
        SigningKey used = brought == null ? key : brought;
        if (used == null) {
            if (withoutKey.size() < MOST_WITHOUT_KEY) {
                withoutKey.add(message);
            }
            return;
        }
        if (!isOfGroup(message) && !used.signed(message.document, digest, message.signature)) {
            flaw = FORGED;
        } else if (key == null) {
            learn(used, message);
        } else if (!used.isSameKey(key)) {
            flaw = Said.of(Sentence.SIGNED_WITH_ANOTHER_KEY, "key", used.fingerprint());
        }
        claim(message, flaw);
    }

    private static boolean isOfGroup(SignatureMessage message) {
        return message.statement != null && message.statement.signsGroup();
    }

    private void learn(SigningKey used, SignatureMessage message) {
        key = used;
        tally.camera(used);
        vendor = message.vendor.isEmpty() ? vendor : message.vendor;
        serial = message.serial.isEmpty() ? serial : message.serial;
        for (SignatureMessage held : withoutKey) {
            byte[] signature = held.signature;
            boolean genuine = signature != null && (isOfGroup(held) || used.signed(held.document, digest, signature));
            claim(held, genuine ? null : FORGED);
        }
        withoutKey.clear();
    }

    private void claim(SignatureMessage message, @Nullable Said flaw) {
        Statement statement = message.statement;
        if (statement == null) {
            return;
        }
        if (signedAt == null && flaw == null) {
            signedAt = SigningTime.believable(statement.from());
        }
        coverage.add(statement, null, flaw, statement.signsGroup() ? message : null);
    }

    /** Another way of hashing that the stream turned out to need: then it has to be read once more with this check. */
    public Optional<SignatureCheck> again() {
        return otherDigest == null || otherDigest.equals(digest)
                ? Optional.empty()
                : Optional.of(new SignatureCheck(coding, roots, otherDigest));
    }

    /** The stream has ended. Called once. */
    public List<Remark> conclude() {
        if (!present) {
            return List.of(Remark.of(ABSENT, List.of(Said.of(Sentence.NOT_SIGNED))));
        }
        coverage.end();
        List<Span> broken = tally.broken();
        if (!broken.isEmpty()) {
            return brokenFindings(broken);
        }
        if (tally.genuineGroups() == 0) {
            List<Said> said = who();
            said.add(Said.of(key == null ? Sentence.SIGNATURES_WITHOUT_KEY : Sentence.SIGNATURES_WITHOUT_GROUP));
            return List.of(Remark.of(UNCHECKED, said));
        }
        List<Said> said = who();
        double missing = tally.genuineFrom() - tally.firstSeconds();
        if (missing > WORTH_SAYING_SECONDS) {
            said.add(Said.of(Sentence.FIRST_NOT_COVERED, "seconds", String.format(Locale.ROOT, "%.1f", missing)));
        }
        double open = tally.endSeconds() - tally.genuineTo();
        if (open > WORTH_SAYING_SECONDS) {
            said.add(Said.of(Sentence.LAST_NOT_COVERED, "seconds", String.format(Locale.ROOT, "%.1f", open)));
        }
        return List.of(new Remark(VALID, said, rounded(tally.genuineFrom()), rounded(tally.genuineTo())));
    }

    private List<Remark> brokenFindings(List<Span> broken) {
        List<Remark> remarks = new ArrayList<>();
        for (Span span : broken.subList(0, Math.min(MOST_FINDINGS, broken.size()))) {
            List<Said> said = new ArrayList<>(List.of(span.said));
            said.addAll(remarks.isEmpty() ? who() : List.of());
            remarks.add(new Remark(BROKEN, said, rounded(span.fromSeconds), rounded(span.toSeconds)));
        }
        if (broken.size() > MOST_FINDINGS) {
            Span last = broken.get(broken.size() - 1);
            remarks.add(new Remark(
                    BROKEN,
                    List.of(Said.of(Sentence.FURTHER_PLACES, "places", broken.size() - MOST_FINDINGS)),
                    rounded(broken.get(MOST_FINDINGS).fromSeconds),
                    rounded(last.toSeconds)));
        }
        return remarks;
    }

    private List<Said> who() {
        List<Said> who = new ArrayList<>();
        String title = scheme == null ? "signature" : scheme.title();
        who.add(
                vendor.isEmpty()
                        ? Said.of(Sentence.SIGNED_BY_SCHEME, "scheme", title)
                        : Said.of(Sentence.SIGNED_BY_VENDOR, "scheme", title, "vendor", vendor));
        if (!serial.isEmpty() && !serial.equals("N/A")) {
            who.add(Said.of(Sentence.SERIAL_NUMBER, "serial", serial));
        }
        if (key != null) {
            who.add(Said.of(Sentence.KEY, "key", key.fingerprint()));
            who.add(roots.judge(key, signedAt));
        }
        return who;
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 1000) / 1000.0;
    }
}
