package org.liuhen.tools.export;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.liuhen.tools.evidence.Transmittal;

/**
 * The transmittal list as a table for spreadsheets: UTF-8 with a byte order mark, because some guess otherwise. A cell
 * that a spreadsheet would take for a formula begins with an apostrophe. Source: RFC 4180.
 */
final class TransmittalCsv {
    private static final List<String> HEADINGS = List.of(
            "序号 No.",
            "文件 File",
            "原文件名 Name",
            "类型 Kind",
            "类别 Category",
            "格式 Format",
            "大小(字节) Size (bytes)",
            "SHA-256",
            "SM3",
            "录制开始 From",
            "录制结束 To",
            "接收时间 Received",
            "设备 Device",
            "警员 Officer",
            "提取人 Extracted by",
            "提取时间 Extracted at",
            "复核结果 Check",
            "附件 Attachment");

    private TransmittalCsv() {}

    static String of(Transmittal list, ZoneId zone) {
        StringBuilder csv = new StringBuilder("\ufeff");
        line(csv, HEADINGS);
        for (Transmittal.Item item : list.items()) {
            line(
                    csv,
                    List.of(
                            Integer.toString(item.number()),
                            item.path(),
                            item.filename(),
                            item.kind().label(),
                            item.category().value(),
                            item.contentType(),
                            Long.toString(item.sizeBytes()),
                            item.fingerprint().hex(),
                            item.sm3(),
                            time(item.from(), zone),
                            time(item.to(), zone),
                            time(item.receivedAt(), zone),
                            item.device().value(),
                            item.officer() == null ? "" : item.officer().value(),
                            list.exportedBy().value(),
                            time(list.exportedAt(), zone),
                            item.checked(),
                            item.attachment() == null ? "" : item.attachment().value()));
        }
        return csv.toString();
    }

    private static String time(@Nullable Instant at, ZoneId zone) {
        return at == null ? "" : at.atZone(zone).toOffsetDateTime().toString();
    }

    private static void line(StringBuilder csv, List<String> cells) {
        csv.append(cells.stream().map(TransmittalCsv::cell).collect(Collectors.joining(",")))
                .append("\r\n");
    }

    static String cell(String text) {
        String inert = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return inert.matches("(?s).*[\",\r\n].*") ? '"' + inert.replace("\"", "\"\"") + '"' : inert;
    }
}
