package dev.adjoint.cpu.loop;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What stands where in the code of a kernel, for a reader: each line has the bytes that follow from it. */
final class CodeListing {
  private static final int BYTES_PER_LINE = 16;
  private static final int COLUMN = 36;

  private final List<String> texts = new ArrayList<>();
  private final List<Integer> starts = new ArrayList<>();

  /** Says what the code from an offset on does. */
  void add(int offset, String text) {
    texts.add(text);
    starts.add(offset);
  }

  /** The listing of code that ends with constants. */
  String of(byte[] code) {
    var out = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      int start = starts.get(i);
      int end = i + 1 < texts.size() ? starts.get(i + 1) : code.length;
      String text = texts.get(i);
      int at = start;
      do {
        int n = Math.min(BYTES_PER_LINE, end - at);
        out.append(String.format("    %-" + COLUMN + "s", text));
        out.append(String.format("%05x  ", at));
        out.append(HexFormat.of().formatHex(code, at, at + n)).append('\n');
        at += n;
        text = "";
      } while (at < end);
    }
    return out.toString();
  }
}
