package org.liuhen.ingest.media.ffmpeg;

import java.util.Locale;

/** Letters five points wide and seven high, drawn for this program: there may be no font on a server. */
final class PixelFont {
    static final int WIDTH = 5;

    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:/ +";
    private static final int[][] ROWS = {
        {14, 17, 19, 21, 25, 17, 14}, // 0
        {4, 12, 4, 4, 4, 4, 14}, // 1
        {14, 17, 1, 2, 4, 8, 31}, // 2
        {31, 2, 4, 2, 1, 17, 14}, // 3
        {2, 6, 10, 18, 31, 2, 2}, // 4
        {31, 16, 30, 1, 1, 17, 14}, // 5
        {6, 8, 16, 30, 17, 17, 14}, // 6
        {31, 1, 2, 4, 8, 8, 8}, // 7
        {14, 17, 17, 14, 17, 17, 14}, // 8
        {14, 17, 17, 15, 1, 2, 12}, // 9
        {14, 17, 17, 31, 17, 17, 17}, // A
        {30, 17, 17, 30, 17, 17, 30}, // B
        {14, 17, 16, 16, 16, 17, 14}, // C
        {28, 18, 17, 17, 17, 18, 28}, // D
        {31, 16, 16, 30, 16, 16, 31}, // E
        {31, 16, 16, 30, 16, 16, 16}, // F
        {14, 17, 16, 23, 17, 17, 15}, // G
        {17, 17, 17, 31, 17, 17, 17}, // H
        {14, 4, 4, 4, 4, 4, 14}, // I
        {7, 2, 2, 2, 2, 18, 12}, // J
        {17, 18, 20, 24, 20, 18, 17}, // K
        {16, 16, 16, 16, 16, 16, 31}, // L
        {17, 27, 21, 21, 17, 17, 17}, // M
        {17, 25, 25, 21, 19, 19, 17}, // N
        {14, 17, 17, 17, 17, 17, 14}, // O
        {30, 17, 17, 30, 16, 16, 16}, // P
        {14, 17, 17, 17, 21, 18, 13}, // Q
        {30, 17, 17, 30, 20, 18, 17}, // R
        {15, 16, 16, 14, 1, 1, 30}, // S
        {31, 4, 4, 4, 4, 4, 4}, // T
        {17, 17, 17, 17, 17, 17, 14}, // U
        {17, 17, 17, 17, 17, 10, 4}, // V
        {17, 17, 17, 21, 21, 21, 10}, // W
        {17, 17, 10, 4, 10, 17, 17}, // X
        {17, 17, 10, 4, 4, 4, 4}, // Y
        {31, 1, 2, 4, 8, 16, 31}, // Z
        {0, 0, 0, 31, 0, 0, 0}, // -
        {0, 0, 0, 0, 0, 12, 12}, // .
        {0, 12, 12, 0, 12, 12, 0}, // :
        {1, 1, 2, 4, 8, 16, 16}, // /
        {0, 0, 0, 0, 0, 0, 0}, // space
        {0, 4, 4, 31, 4, 4, 0}, // +
    };
    private static final int[] BOX = {31, 17, 17, 17, 17, 17, 31};

    private PixelFont() {}

    /** The rows of a letter from the top, the leftmost point being the highest of {@link #WIDTH} bits. Not to be changed. */
    static int[] rows(char letter) {
        int index = LETTERS.indexOf(String.valueOf(letter).toUpperCase(Locale.ROOT));
        return index < 0 ? BOX : ROWS[index];
    }
}
