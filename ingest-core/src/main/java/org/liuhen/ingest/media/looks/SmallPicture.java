package org.liuhen.ingest.media.looks;

/** A picture of 8-bit brightness and colours at half the size each way (YUV 4:2:0), its rows without padding. */
public record SmallPicture(int width, int height, byte[] luma, byte[] blue, byte[] red) {
    public SmallPicture {
        int half = (width / 2) * (height / 2);
        if (width < 2 || height < 2 || luma.length < width * height || blue.length < half || red.length < half) {
            throw new IllegalArgumentException(
                    "picture: " + width + " by " + height + " (expected: with all its planes)");
        }
    }
}
