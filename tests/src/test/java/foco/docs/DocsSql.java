package foco.docs;

import java.io.IOException;
import java.util.List;

/** The SQL that a page prints, for tests that have tables to ask. */
public final class DocsSql {

    private DocsSql() {}

    /** @param page such as {@code docs/tables.md} */
    public static List<String> of(String page) throws IOException {
        return Documents.blocks().stream()
                .filter(block -> block.language().equals("sql") && block.place().startsWith(page + ":"))
                .map(Documents.Code::text)
                .toList();
    }
}
