package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_HWDEVICE_TYPE_CUDA;
import static org.bytedeco.ffmpeg.global.avutil.AV_HWDEVICE_TYPE_QSV;
import static org.bytedeco.ffmpeg.global.avutil.AV_HWDEVICE_TYPE_VAAPI;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_hwdevice_ctx_create;
import static org.bytedeco.ffmpeg.global.avutil.av_hwdevice_ctx_create_derived;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A device that decodes pictures and encodes H.264, opened when it is first needed and kept for the child's life. What it
 * refuses is done in software; once it has failed, the rest of the order is. A child carries out one order at a time, on
 * one thread.
 */
final class Hardware {
    /** How devices are spoken to. */
    enum Kind {
        VAAPI("h264_vaapi"),
        NVENC("h264_nvenc"),
        QSV("h264_qsv");

        private final String encoder;

        Kind(String encoder) {
            this.encoder = encoder;
        }

        /** The name of its encoder of H.264. */
        String encoder() {
            return encoder;
        }

        /** What its encoder is opened with: one after the other, until one suits. */
        List<Map<String, String>> options() {
            return switch (this) {
                // some of Intel's encode only in the mode that saves power, and say so by failing
                case VAAPI -> List.of(Map.of(), Map.of("low_power", "1"));
                case NVENC -> List.of(Map.of("forced-idr", "1"));
                case QSV -> List.of(Map.of("forced_idr", "1"));
            };
        }
    }

    private static List<String> offers = List.of();
    private static @Nullable Hardware opened;
    private static String missing = "";
    private static boolean barred;
    private static String used = "";
    private static String trouble = "";

    private final Kind kind;
    private final AVBufferRef decoding;
    private final AVBufferRef encoding;

    private Hardware(Kind kind, AVBufferRef decoding, AVBufferRef encoding) {
        this.kind = kind;
        this.decoding = decoding;
        this.encoding = encoding;
    }

    /** @param words what may be used, each {@code KIND=DEVICE}, the best first */
    static void offer(List<String> words) {
        offers = List.copyOf(words);
    }

    /** @param strictly whether a child has died on the file before */
    static void begin(boolean strictly) {
        barred = strictly || offers.isEmpty();
        used = "";
        trouble = "";
    }

    /** What the present order may use; null if it is software. */
    static @Nullable Hardware get() {
        if (!barred && opened == null && missing.isEmpty()) {
            open();
        }
        if (!barred && opened == null) {
            giveUp(missing);
        }
        return barred ? null : opened;
    }

    private static void open() {
        StringJoiner reasons = new StringJoiner("; ");
        for (String offer : offers) {
            int equals = offer.indexOf('=');
            Kind kind = Kind.valueOf(offer.substring(0, equals).toUpperCase(Locale.ROOT));
            try {
                opened = open(kind, offer.substring(equals + 1));
                return;
            } catch (FfmpegFailure failure) {
                reasons.add(String.valueOf(failure.getMessage()));
            }
        }
        missing = reasons.toString();
    }

    private static Hardware open(Kind kind, String device) throws FfmpegFailure {
        if (kind == Kind.NVENC) {
            AVBufferRef cuda = create(AV_HWDEVICE_TYPE_CUDA, null, "open NVIDIA's device");
            return new Hardware(kind, cuda, av_buffer_ref(cuda));
        }
        AVBufferRef vaapi = create(AV_HWDEVICE_TYPE_VAAPI, device, "open " + device + " by VA-API");
        if (kind == Kind.VAAPI) {
            return new Hardware(kind, vaapi, av_buffer_ref(vaapi));
        }
        AVBufferRef quickSync = new AVBufferRef((Pointer) null);
        int derived = av_hwdevice_ctx_create_derived(quickSync, AV_HWDEVICE_TYPE_QSV, vaapi, 0);
        if (derived < 0) {
            av_buffer_unref(vaapi);
        }
        FfmpegFailure.check(derived, "open " + device + " by Quick Sync");
        return new Hardware(kind, vaapi, quickSync);
    }

    private static AVBufferRef create(int type, @Nullable String device, String what) throws FfmpegFailure {
        AVBufferRef made = new AVBufferRef((Pointer) null);
        FfmpegFailure.check(av_hwdevice_ctx_create(made, type, device, (AVDictionary) null, 0), what);
        return made;
    }

    /** Has the rest of the order done in software. A device that is still there is opened anew for the next. */
    static void giveUp(String why) {
        barred = true;
        trouble = why;
        Hardware failed = opened;
        opened = null;
        if (failed != null) {
            av_buffer_unref(failed.encoding);
            av_buffer_unref(failed.decoding);
        }
    }

    /** Adds what was used and what failed in the present order. */
    static Answer told(Answer answer) {
        if (!used.isEmpty()) {
            answer.with("hardware", used);
        }
        return trouble.isEmpty() ? answer : answer.with("hardwareTrouble", trouble);
    }

    Kind kind() {
        return kind;
    }

    /** A reference of the caller's own. */
    AVBufferRef forDecoding() {
        return av_buffer_ref(decoding);
    }

    /** A reference of the caller's own. */
    AVBufferRef forEncoding() {
        return av_buffer_ref(encoding);
    }

    /** Takes note that a picture went through it. */
    void wasUsed() {
        used = kind.name().toLowerCase(Locale.ROOT);
    }
}
