package org.liuhen.tools.portal.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

/** Pages that leave the house as files, to be read and printed without a server. Safe for many threads. */
public final class PrintedPapers {
    private final TemplateEngine templates = TemplateEngine.createPrecompiled(
            null, ContentType.Html, PrintedPapers.class.getClassLoader(), PrintedPapers.class.getPackageName());

    public String print(TransmittalPage page) {
        return print("transmittal.jte", page);
    }

    public String print(CustodyReportPage page) {
        return print("custodyReport.jte", page);
    }

    private String print(String template, Object page) {
        StringOutput out = new StringOutput();
        templates.render(template, page, out);
        return out.toString();
    }
}
