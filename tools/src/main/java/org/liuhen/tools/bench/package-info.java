/**
 * The benchmarks: load from a separate process against a real server over loopback, and the floor below which no server
 * can go, measured on the same bytes in the same run; and media work beside the program {@code ffmpeg}. Start reading at {@link
 * org.liuhen.tools.bench.UploadBench} and {@link org.liuhen.tools.bench.MediaBench}.
 */
@NullMarked
package org.liuhen.tools.bench;

import org.jspecify.annotations.NullMarked;
