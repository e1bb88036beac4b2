package org.liuhen.tools.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttachmentTest {
    @Test
    void names_survive_in_utf_8_and_have_a_plain_stand_in() {
        assertThat(Attachment.disposition("现场 1.mp4"))
                .isEqualTo("attachment; filename=\"__ 1.mp4\"; filename*=UTF-8''%E7%8E%B0%E5%9C%BA%201.mp4");
    }

    @Test
    void names_cannot_leave_their_quotes_or_their_folder_or_their_line() {
        String field = Attachment.disposition("a\"; x=\"b\r\nSet-Cookie: c=d\\../../e%2f");
        assertThat(field)
                .doesNotContain("\r")
                .doesNotContain("\n")
                .doesNotContain("/")
                .doesNotContain("\\");
        assertThat(field.chars().filter(c -> c == '"')).hasSize(2);
    }

    @Test
    void what_is_no_media_type_is_octets() {
        assertThat(Attachment.contentType("video/MP4")).isEqualTo("video/mp4");
        for (String wrong : new String[] {"", "video", "video/mp4; x", "a/b\r\nc: d", "视/频", "a/b/c"}) {
            assertThat(Attachment.contentType(wrong)).isEqualTo("application/octet-stream");
        }
    }
}
