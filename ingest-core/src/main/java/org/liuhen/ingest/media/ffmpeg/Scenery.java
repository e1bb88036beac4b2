package org.liuhen.ingest.media.ffmpeg;

/** Draws what made footage shows: a simple scene in which something always moves. Units are parts of the picture's size. */
final class Scenery {
    private static final int[] CAR_COLOURS = {0xb03030, 0xe0e0e0, 0x3050a0, 0x202428, 0xc8a030, 0x4a7a4a};
    private static final int SKIN = 0xd8a888;

    private final Canvas canvas;
    private final double wide;
    private final double high;
    private final long seed;
    private double swayX;
    private double swayY;

    Scenery(Canvas canvas, long seed) {
        this.canvas = canvas;
        this.wide = canvas.width();
        this.high = canvas.height();
        this.seed = seed & 0xffff;
    }

    /** @param seconds since the beginning */
    void draw(String scene, double seconds) {
        double t = seconds + seed % 97;
        double shake = scene.equals("SCUFFLE") ? 0.03 : scene.equals("STREET") ? 0.006 : 0;
        swayX = shake * (Math.sin(t * 2.1) + 0.5 * Math.sin(t * 7.3));
        swayY = shake * (Math.sin(t * 2.7 + 1) + 0.5 * Math.sin(t * 9.1));
        switch (scene) {
            case "STREET" -> street(t);
            case "ROOM" -> room(t);
            case "FACE" -> face(t);
            default -> scuffle(t);
        }
        canvas.grain(10);
    }

    private void street(double t) {
        canvas.gradient(0, high * 0.6, 0x8fb4d8, 0xd0d8dc);
        for (int i = 0; i < 7; i++) {
            double top = 0.12 + 0.05 * ((i * 7L + seed) % 4);
            box(i * 0.16 - 0.05, top, 0.13, 0.5, 0x707880 + 0x0a0806 * (i % 4));
            for (int window = 0; window < 12; window++) {
                double x = i * 0.16 - 0.035 + 0.035 * (window % 3);
                boolean lit = Math.sin(t * 0.1 + i * 5 + window * 3) > 0.3;
                int floor = window / 3;
                box(x, top + 0.03 + 0.07 * floor, 0.018, 0.04, lit ? 0xe8d890 : 0x405060);
            }
        }
        box(-0.1, 0.5, 1.2, 0.6, 0x585c60);
        for (int i = 0; i < 9; i++) {
            box(i * 0.13 - 0.05, 0.74, 0.07, 0.012, 0xe0e0d0);
        }
        for (int i = 0; i < 4; i++) {
            boolean near = i % 2 == 0;
            double along = cycle(t * (0.09 + 0.03 * i) + i * 0.31);
            double x = near ? along * 1.6 - 0.4 : 1.2 - along * 1.6;
            car(x, near ? 0.8 : 0.6, near ? 0.26 : 0.17, CAR_COLOURS[(int) ((i + seed) % CAR_COLOURS.length)]);
        }
        person(cycle(t * 0.05) * 1.2 - 0.1, 0.5 + 0.004 * Math.sin(t * 9), 0.2, 0x304060);
    }

    private void car(double x, double y, double length, int colour) {
        box(x + length * 0.2, y - length * 0.28, length * 0.55, length * 0.35, colour);
        box(x + length * 0.26, y - length * 0.22, length * 0.43, length * 0.2, 0x203038);
        box(x, y, length, length * 0.36, colour);
        disc(x + length * 0.22, y + length * 0.38, length * 0.1, 0x101010);
        disc(x + length * 0.78, y + length * 0.38, length * 0.1, 0x101010);
        box(x + length * 0.96, y + length * 0.08, length * 0.05, length * 0.08, 0xfff0b0);
    }

    private void person(double x, double y, double size, int coat) {
        disc(x, y - size * 0.42, size * 0.1, SKIN);
        oval(x, y, size * 0.13, size * 0.34, coat);
        box(x - size * 0.08, y + size * 0.28, size * 0.06, size * 0.35, 0x202830);
        box(x + size * 0.02, y + size * 0.28, size * 0.06, size * 0.35, 0x202830);
    }

    private void room(double t) {
        canvas.gradient(0, high * 0.62, 0xc8ccc0, 0xa8aca0);
        canvas.gradient(high * 0.62, high * 0.38, 0x787068, 0x585048);
        box(0.78, 0.12, 0.16, 0.5, 0x806850);
        disc(0.9, 0.4, 0.012, 0xd0c060);
        disc(0.3, 0.15, 0.05, 0xf0f0f0);
        box(0.3 - 0.002, 0.11, 0.004, 0.05, 0x101010);
        disc(0.3 + 0.035 * Math.sin(t * 0.105), 0.15 - 0.06 * Math.cos(t * 0.105), 0.008, 0xa02020);
        sitter(0.25, 0.52, 0.3, 0x305080, t, 0.4);
        sitter(0.68, 0.52, 0.3, 0x705040, t, 0.9);
        box(0.14, 0.68, 0.7, 0.06, 0x9a7a50);
        box(0.17, 0.74, 0.03, 0.26, 0x6a5030);
        box(0.78, 0.74, 0.03, 0.26, 0x6a5030);
        box(0.4 + 0.01 * Math.sin(t * 1.3), 0.655, 0.14, 0.03, 0xf4f4f0);
    }

    private void sitter(double x, double y, double size, int coat, double t, double pace) {
        double nod = 0.012 * Math.sin(t * pace * 2) + 0.006 * Math.sin(t * pace * 5);
        oval(x, y + size * 0.35, size * 0.36, size * 0.55, coat);
        disc(x + nod, y - size * 0.3 + nod / 2, size * 0.2, SKIN);
        oval(x + nod, y - size * 0.45, size * 0.21, size * 0.16, 0x201810);
        double arm = 0.02 * Math.sin(t * pace * 3);
        box(x - 0.02 + arm, 0.64, 0.1, 0.035, SKIN);
    }

    private void face(double t) {
        canvas.gradient(0, high, 0xb8bcb4, 0x90948c);
        double x = 0.5 + 0.02 * Math.sin(t * 0.8);
        double y = 0.45 + 0.012 * Math.sin(t * 1.7);
        oval(x, 1.05, 0.3, 0.35, 0x705040);
        oval(x, y, 0.15, 0.32, SKIN);
        oval(x, y - 0.25, 0.16, 0.12, 0x201810);
        boolean blink = cycle(t * 0.27) < 0.04;
        for (int side = -1; side <= 1; side += 2) {
            oval(x + side * 0.06, y - 0.04, 0.024, blink ? 0.006 : 0.022, 0xf8f8f8);
            oval(x + side * 0.06 + 0.005 * Math.sin(t), y - 0.04, 0.01, blink ? 0.004 : 0.02, 0x302010);
        }
        oval(x, y + 0.15, 0.045, 0.01 + 0.02 * Math.abs(Math.sin(t * 4.2) * Math.sin(t * 0.6)), 0x803838);
    }

    private void scuffle(double t) {
        canvas.gradient(0, high, 0x504c58, 0x282830);
        for (int i = 0; i < 6; i++) {
            box(0.5 - 0.08 * (i + 1), 0.5 - 0.08 * (i + 1), 0.16 * (i + 1), 0.004, 0x787480);
        }
        box(0.44, 0.3, 0.12, 0.3, 0xd8d0a0);
        double near = 0.5 + 0.5 * Math.sin(t * 0.9);
        person(0.35 + 0.1 * Math.sin(t * 1.9), 0.6, 0.25 + 0.1 * near, 0x305080);
        double size = 0.35 + 0.9 * near;
        person(0.55 + 0.12 * Math.sin(t * 2.3), 0.55 + 0.1 * near, size, 0x803028);
        box(0.55 + 0.3 * Math.sin(t * 3.1), 0.5, 0.05 + 0.2 * near, 0.05, SKIN);
        boolean flash = cycle(t * 0.8) < 0.5;
        disc(0.08, 0.1, 0.05, flash ? 0x3050ff : 0x101840);
        disc(0.92, 0.1, 0.05, flash ? 0x401010 : 0xff3030);
    }

    private static double cycle(double value) {
        return value - Math.floor(value);
    }

    private void box(double left, double top, double width, double height, int colour) {
        canvas.rectangle((left + swayX) * wide, (top + swayY) * high, width * wide, height * high, colour);
    }

    private void oval(double x, double y, double halfWidth, double halfHeight, int colour) {
        canvas.ellipse((x + swayX) * wide, (y + swayY) * high, halfWidth * wide, halfHeight * high, colour);
    }

    private void disc(double x, double y, double radius, int colour) {
        canvas.ellipse((x + swayX) * wide, (y + swayY) * high, radius * wide, radius * wide, colour);
    }
}
