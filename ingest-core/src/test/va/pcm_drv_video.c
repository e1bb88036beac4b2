/*
 * A driver of VA-API for machines without graphics hardware, to test with: it encodes H.264 by putting every macroblock
 * into the stream as it is (I_PCM), so that what is decoded equals what was given, and it decodes nothing.
 * PCM_VA_FAIL_AT=n makes the n-th picture of a process fail, PCM_VA_DIE_AT=n kills the process there.
 * Build: cc -shared -fPIC -o pcm_drv_video.so pcm_drv_video.c
 * Sources: VA-API 1 (va.h, va_enc_h264.h, va_backend.h); ITU-T H.264 §7.3.2.8, §7.3.4, §7.3.5, §7.4.1, §9.1.
 */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <va/va.h>
#include <va/va_backend.h>
#include <va/va_enc_h264.h>

#define MOST 512
#define INTRA_PCM 25
#define INTRA_IN_P 5

struct surface { int used, stride, rows; uint8_t *luma; };
struct buffer { int used, type; unsigned size; uint8_t *data; VACodedBufferSegment segment; };

static struct surface surfaces[MOST];
static struct buffer buffers[MOST];
static int pictures;

/* What BeginPicture and RenderPicture have said of the picture under way. */
static struct surface *source;
static struct buffer *coded;
static int packed_type, packed_bits, intra;
static struct buffer *slice_head;
static int slice_head_bits;

/* ---- bits of the slice, without emulation prevention ---- */

static uint8_t *raw;
static size_t raw_bits;

static void put_bit(int bit) {
    if (raw_bits % 8 == 0) raw[raw_bits / 8] = 0;
    raw[raw_bits / 8] |= (uint8_t) (bit << (7 - raw_bits % 8));
    raw_bits++;
}

static void put_ue(unsigned value) {
    int length = 0;
    while ((value + 1) >> (length + 1)) length++;
    for (int i = 0; i < length; i++) put_bit(0);
    for (int i = length; i >= 0; i--) put_bit((value + 1) >> i & 1);
}

static void put_bytes(const uint8_t *bytes, int count, int step) {
    for (int i = 0; i < count; i++) raw[raw_bits / 8 + i] = bytes[i * step];
    raw_bits += 8 * (size_t) count;
}

static void put_macroblock(const struct surface *of, int column, int row) {
    const uint8_t *luma = of->luma + (size_t) row * 16 * of->stride + column * 16;
    const uint8_t *chroma = of->luma + (size_t) of->rows * of->stride + (size_t) row * 8 * of->stride + column * 16;
    if (!intra) put_ue(0); /* none is skipped */
    put_ue(intra ? INTRA_PCM : INTRA_IN_P + INTRA_PCM);
    while (raw_bits % 8) put_bit(0);
    for (int y = 0; y < 16; y++) put_bytes(luma + (size_t) y * of->stride, 16, 1);
    for (int plane = 0; plane < 2; plane++)
        for (int y = 0; y < 8; y++) put_bytes(chroma + (size_t) y * of->stride + plane, 8, 2);
}

static void append(const uint8_t *bytes, size_t count) {
    memcpy(coded->data + coded->segment.size, bytes, count);
    coded->segment.size += count;
}

/* The head of the slice as FFmpeg has written it, then every macroblock as it is. */
static void encode(void) {
    int columns = source->stride / 16, rows = source->rows / 16;
    raw = malloc((size_t) columns * rows * 400 + 4096);
    raw_bits = 0;
    const uint8_t *head = slice_head->data;
    int start = head[2] == 1 ? 3 : 4, zeros = 0;
    for (int i = start * 8; i < slice_head_bits; i++) {
        if (i % 8 == 0) {
            if (zeros >= 2 && head[i / 8] == 3) { zeros = 0; i += 7; continue; }
            zeros = head[i / 8] == 0 ? zeros + 1 : 0;
        }
        put_bit(head[i / 8] >> (7 - i % 8) & 1);
    }
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) put_macroblock(source, column, row);
    put_bit(1);
    while (raw_bits % 8) put_bit(0);
    append((const uint8_t[]) {0, 0, 0, 1}, 4);
    zeros = 0;
    for (size_t i = 0; i < raw_bits / 8; i++) {
        if (zeros == 2 && raw[i] <= 3) { append((const uint8_t[]) {3}, 1); zeros = 0; }
        append(raw + i, 1);
        zeros = raw[i] == 0 ? zeros + 1 : 0;
    }
    free(raw);
}

/* ---- what VA-API asks for ---- */

static VAStatus refuse(void) { return VA_STATUS_ERROR_UNIMPLEMENTED; }
static VAStatus agree(void) { return VA_STATUS_SUCCESS; }

static VAStatus profiles(VADriverContextP driver, VAProfile *list, int *count) {
    list[0] = VAProfileH264ConstrainedBaseline;
    *count = 1;
    return VA_STATUS_SUCCESS;
}

static VAStatus entrypoints(VADriverContextP driver, VAProfile profile, VAEntrypoint *list, int *count) {
    *count = profile == VAProfileH264ConstrainedBaseline;
    list[0] = VAEntrypointEncSlice;
    return VA_STATUS_SUCCESS;
}

static VAStatus attributes(
        VADriverContextP driver, VAProfile profile, VAEntrypoint entrypoint, VAConfigAttrib *list, int count) {
    for (int i = 0; i < count; i++)
        switch (list[i].type) {
        case VAConfigAttribRTFormat: list[i].value = VA_RT_FORMAT_YUV420; break;
        case VAConfigAttribRateControl: list[i].value = VA_RC_CQP | VA_RC_CBR | VA_RC_VBR; break;
        case VAConfigAttribEncPackedHeaders:
            list[i].value = VA_ENC_PACKED_HEADER_SEQUENCE | VA_ENC_PACKED_HEADER_PICTURE | VA_ENC_PACKED_HEADER_SLICE;
            break;
        case VAConfigAttribEncMaxRefFrames:
        case VAConfigAttribEncMaxSlices: list[i].value = 1; break;
        case VAConfigAttribMaxPictureWidth:
        case VAConfigAttribMaxPictureHeight: list[i].value = 4096; break;
        default: list[i].value = VA_ATTRIB_NOT_SUPPORTED;
        }
    return VA_STATUS_SUCCESS;
}

static VAStatus create_config(VADriverContextP driver, VAProfile profile, VAEntrypoint entrypoint,
        VAConfigAttrib *list, int count, VAConfigID *config) {
    if (profile == VAProfileNone) return VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
    *config = 1;
    return VA_STATUS_SUCCESS;
}

static VAStatus config_attributes(VADriverContextP driver, VAConfigID config, VAProfile *profile,
        VAEntrypoint *entrypoint, VAConfigAttrib *list, int *count) {
    *profile = VAProfileH264ConstrainedBaseline;
    *entrypoint = VAEntrypointEncSlice;
    *count = 0;
    return VA_STATUS_SUCCESS;
}

static VAStatus surface_attributes(
        VADriverContextP driver, VAConfigID config, VASurfaceAttrib *list, unsigned *count) {
    if (list && *count >= 1) {
        memset(list, 0, sizeof *list);
        list[0].type = VASurfaceAttribPixelFormat;
        list[0].flags = VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE;
        list[0].value.type = VAGenericValueTypeInteger;
        list[0].value.value.i = VA_FOURCC_NV12;
    }
    *count = 1;
    return VA_STATUS_SUCCESS;
}

static VAStatus create_surfaces(VADriverContextP driver, unsigned format, unsigned width, unsigned height,
        VASurfaceID *ids, unsigned count, VASurfaceAttrib *list, unsigned listed) {
    for (unsigned made = 0; made < count; made++) {
        int i = 0;
        while (i < MOST && surfaces[i].used) i++;
        if (i == MOST) return VA_STATUS_ERROR_ALLOCATION_FAILED;
        int stride = (int) (width + 15) / 16 * 16, rows = (int) (height + 15) / 16 * 16;
        surfaces[i] = (struct surface) {1, stride, rows, calloc(1, (size_t) stride * rows * 3 / 2)};
        ids[made] = (VASurfaceID) i;
    }
    return VA_STATUS_SUCCESS;
}

static VAStatus create_plain_surfaces(
        VADriverContextP driver, int width, int height, int format, int count, VASurfaceID *ids) {
    return create_surfaces(
            driver, (unsigned) format, (unsigned) width, (unsigned) height, ids, (unsigned) count, NULL, 0);
}

static VAStatus destroy_surfaces(VADriverContextP driver, VASurfaceID *ids, int count) {
    for (int i = 0; i < count; i++) {
        free(surfaces[ids[i]].luma);
        surfaces[ids[i]].used = 0;
    }
    return VA_STATUS_SUCCESS;
}

static VAStatus create_context(VADriverContextP driver, VAConfigID config, int width, int height, int flag,
        VASurfaceID *targets, int count, VAContextID *context) {
    *context = 1;
    return VA_STATUS_SUCCESS;
}

static VAStatus create_buffer(VADriverContextP driver, VAContextID context, VABufferType type, unsigned size,
        unsigned count, void *data, VABufferID *id) {
    int i = 0;
    while (i < MOST && buffers[i].used) i++;
    if (i == MOST) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    buffers[i] = (struct buffer) {1, type, size * count, calloc(count, size), {0}};
    if (data) memcpy(buffers[i].data, data, (size_t) size * count);
    *id = (VABufferID) i;
    return VA_STATUS_SUCCESS;
}

static VAStatus map_buffer(VADriverContextP driver, VABufferID id, void **mapped) {
    struct buffer *of = &buffers[id];
    of->segment.buf = of->data;
    *mapped = of->type == VAEncCodedBufferType ? (void *) &of->segment : of->data;
    return VA_STATUS_SUCCESS;
}

static VAStatus destroy_buffer(VADriverContextP driver, VABufferID id) {
    free(buffers[id].data);
    buffers[id].used = 0;
    return VA_STATUS_SUCCESS;
}

static VAStatus begin_picture(VADriverContextP driver, VAContextID context, VASurfaceID target) {
    source = &surfaces[target];
    coded = NULL;
    slice_head = NULL;
    return VA_STATUS_SUCCESS;
}

static void take(struct buffer *given) {
    if (given->type == VAEncPictureParameterBufferType) {
        coded = &buffers[((VAEncPictureParameterBufferH264 *) given->data)->coded_buf];
        coded->segment.size = 0;
    } else if (given->type == VAEncPackedHeaderParameterBufferType) {
        packed_type = (int) ((VAEncPackedHeaderParameterBuffer *) given->data)->type;
        packed_bits = (int) ((VAEncPackedHeaderParameterBuffer *) given->data)->bit_length;
    } else if (given->type == VAEncPackedHeaderDataBufferType && packed_type == VAEncPackedHeaderSlice) {
        slice_head = given;
        slice_head_bits = packed_bits;
    } else if (given->type == VAEncPackedHeaderDataBufferType) {
        append(given->data, (size_t) packed_bits / 8);
    } else if (given->type == VAEncSliceParameterBufferType) {
        intra = ((VAEncSliceParameterBufferH264 *) given->data)->slice_type % 5 == 2;
    }
}

static VAStatus render_picture(VADriverContextP driver, VAContextID context, VABufferID *ids, int count) {
    for (int i = 0; i < count; i++) take(&buffers[ids[i]]);
    return VA_STATUS_SUCCESS;
}

static int is_now(const char *name) {
    const char *at = getenv(name);
    return at && atoi(at) == pictures;
}

static VAStatus end_picture(VADriverContextP driver, VAContextID context) {
    pictures++;
    if (is_now("PCM_VA_DIE_AT")) raise(SIGKILL);
    if (is_now("PCM_VA_FAIL_AT") || !coded || !slice_head) return VA_STATUS_ERROR_ENCODING_ERROR;
    encode();
    return VA_STATUS_SUCCESS;
}

static VAStatus surface_status(VADriverContextP driver, VASurfaceID target, VASurfaceStatus *status) {
    *status = VASurfaceReady;
    return VA_STATUS_SUCCESS;
}

static VAStatus image_formats(VADriverContextP driver, VAImageFormat *list, int *count) {
    list[0] = (VAImageFormat) {.fourcc = VA_FOURCC_NV12, .byte_order = VA_LSB_FIRST, .bits_per_pixel = 12};
    *count = 1;
    return VA_STATUS_SUCCESS;
}

static VAStatus create_image(VADriverContextP driver, VAImageFormat *format, int width, int height, VAImage *image) {
    unsigned stride = (unsigned) (width + 15) / 16 * 16, rows = (unsigned) (height + 15) / 16 * 16;
    memset(image, 0, sizeof *image);
    image->format = *format;
    image->width = (uint16_t) width;
    image->height = (uint16_t) height;
    image->num_planes = 2;
    image->pitches[0] = image->pitches[1] = stride;
    image->offsets[1] = stride * rows;
    image->data_size = stride * rows * 3 / 2;
    VAStatus made = create_buffer(driver, 0, VAImageBufferType, image->data_size, 1, NULL, &image->buf);
    image->image_id = image->buf;
    return made;
}

/* An image has the number of its buffer, and the layout of a surface of its size. */
static VAStatus put_image(VADriverContextP driver, VASurfaceID target, VAImageID image, int x, int y,
        unsigned width, unsigned height, int to_x, int to_y, unsigned to_width, unsigned to_height) {
    memcpy(surfaces[target].luma, buffers[image].data, buffers[image].size);
    return VA_STATUS_SUCCESS;
}

static VAStatus no_subpictures(VADriverContextP driver, VAImageFormat *list, unsigned *flags, unsigned *count) {
    *count = 0;
    return VA_STATUS_SUCCESS;
}

/* The oldest name, which every library of VA-API 1 looks for: what is used here has not changed since. */
__attribute__((visibility("default"))) VAStatus __vaDriverInit_1_0(VADriverContextP driver) {
    struct VADriverVTable *table = driver->vtable;
    /* libva demands all of them; reserved ones at the end stay empty */
    for (VAStatus (**entry)(void) = (VAStatus (**)(void)) table;
            (void *) entry < (void *) &table->vaBufferInfo; entry++) *entry = refuse;
    driver->version_major = 1;
    driver->version_minor = 0;
    driver->max_profiles = driver->max_entrypoints = driver->max_attributes = 1;
    driver->max_image_formats = driver->max_subpic_formats = driver->max_display_attributes = 1;
    driver->str_vendor = "I_PCM without hardware, for tests";
    table->vaTerminate = (void *) agree;
    table->vaQueryConfigProfiles = profiles;
    table->vaQueryConfigEntrypoints = entrypoints;
    table->vaGetConfigAttributes = attributes;
    table->vaCreateConfig = create_config;
    table->vaDestroyConfig = (void *) agree;
    table->vaQueryConfigAttributes = config_attributes;
    table->vaQuerySurfaceAttributes = surface_attributes;
    table->vaCreateSurfaces = create_plain_surfaces;
    table->vaCreateSurfaces2 = create_surfaces;
    table->vaDestroySurfaces = destroy_surfaces;
    table->vaCreateContext = create_context;
    table->vaDestroyContext = (void *) agree;
    table->vaCreateBuffer = create_buffer;
    table->vaMapBuffer = map_buffer;
    table->vaUnmapBuffer = (void *) agree;
    table->vaDestroyBuffer = destroy_buffer;
    table->vaBeginPicture = begin_picture;
    table->vaRenderPicture = render_picture;
    table->vaEndPicture = end_picture;
    table->vaSyncSurface = (void *) agree;
    table->vaQuerySurfaceStatus = surface_status;
    table->vaQueryImageFormats = image_formats;
    table->vaCreateImage = create_image;
    table->vaDestroyImage = destroy_buffer;
    table->vaPutImage = put_image;
    table->vaQuerySubpictureFormats = no_subpictures;
    return VA_STATUS_SUCCESS;
}
