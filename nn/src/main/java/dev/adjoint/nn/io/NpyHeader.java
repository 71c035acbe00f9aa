package dev.adjoint.nn.io;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The dictionary at the start of a {@code .npy} file.
 *
 * @param dtype the element type
 * @param fortranOrder whether the first axis is the innermost one
 * @param shape the sizes
 */
record NpyHeader(DType dtype, boolean fortranOrder, Shape shape) {
  private static final int MAX_RANK = 32;

  /**
   * How NumPy describes a type.
   *
   * @throws IllegalArgumentException if it has no such type
   */
  private static String description(DType dtype) {
    if (dtype == DType.BF16) {
      throw new IllegalArgumentException("npy: NumPy has no bf16: call toFloat()");
    }
    String kind = dtype == DType.BOOL ? "b" : dtype.isFloat() ? "f" : dtype.isSigned() ? "i" : "u";
    return (dtype.bytes() == 1 ? "|" : "<") + kind + dtype.bytes();
  }

  /** The dictionary as NumPy writes it. */
  String text() {
    String sizes =
        Arrays.stream(shape.dims()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    return "{'descr': '"
        + description(dtype)
        + "', 'fortran_order': "
        + (fortranOrder ? "True" : "False")
        + ", 'shape': ("
        + sizes
        + (shape.rank() == 1 ? "," : "")
        + "), }";
  }

  /** Reads a dictionary of exactly the three keys; knows no other Python. */
  static final class Parser {
    private final Path path;
    private final String text;
    private int at;

    Parser(Path path, String text) {
      this.path = path;
      this.text = text;
    }

    NpyHeader header() throws InvalidDataFileException {
      String description = null;
      Boolean fortranOrder = null;
      Shape shape = null;
      expect('{');
      while (!accept('}')) {
        String key = string();
        expect(':');
        switch (key) {
          case "descr" -> description = once(description, string(), key);
          case "fortran_order" -> fortranOrder = once(fortranOrder, truth(), key);
          case "shape" -> shape = once(shape, shape(), key);
          default -> throw invalid("the unknown key '" + key + "'");
        }
        if (!accept(',')) {
          expect('}');
          break;
        }
      }
      skipSpace();
      if (at != text.length()) {
        throw invalid("more text after the dictionary");
      }
      if (description == null || fortranOrder == null || shape == null) {
        throw invalid("not all of the keys descr, fortran_order and shape");
      }
      return new NpyHeader(dtype(description), fortranOrder, shape);
    }

    private <T> T once(@Nullable T before, T value, String key) throws InvalidDataFileException {
      if (before != null) {
        throw invalid("the key '" + key + "' twice");
      }
      return value;
    }

    private DType dtype(String description) throws InvalidDataFileException {
      for (DType dtype : EnumSet.complementOf(EnumSet.of(DType.BF16))) {
        if (description(dtype).equals(description)) {
          return dtype;
        }
      }
      throw invalid("the element type " + description + ", which is not supported");
    }

    private Shape shape() throws InvalidDataFileException {
      expect('(');
      int[] dims = new int[MAX_RANK];
      int rank = 0;
      while (!accept(')')) {
        if (rank == MAX_RANK) {
          throw invalid("more than " + MAX_RANK + " axes");
        }
        dims[rank++] = number();
        if (!accept(',')) {
          expect(')');
          break;
        }
      }
      try {
        Shape shape = Shape.of(Arrays.copyOf(dims, rank));
        shape.bytes(DType.F64, "npy");
        return shape;
      } catch (IllegalArgumentException e) {
        throw invalid("a shape that is too large");
      }
    }

    private int number() throws InvalidDataFileException {
      skipSpace();
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      try {
        return Integer.parseInt(text.substring(start, at));
      } catch (NumberFormatException e) {
        throw invalid("no size from 0 to 2^31-1 at character " + start);
      }
    }

    private boolean truth() throws InvalidDataFileException {
      skipSpace();
      for (String word : new String[] {"True", "False"}) {
        if (text.startsWith(word, at)) {
          at += word.length();
          return word.equals("True");
        }
      }
      throw invalid("neither True nor False at character " + at);
    }

    private String string() throws InvalidDataFileException {
      skipSpace();
      char quote = at < text.length() ? text.charAt(at) : 0;
      int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
      if (end < 0 || text.substring(at, end).contains("\\")) {
        throw invalid("no simple string at character " + at);
      }
      String value = text.substring(at + 1, end);
      at = end + 1;
      return value;
    }

    private void expect(char c) throws InvalidDataFileException {
      if (!accept(c)) {
        throw invalid("no " + c + " at character " + at);
      }
    }

    private boolean accept(char c) {
      skipSpace();
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    private void skipSpace() {
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
        at++;
      }
    }

    private InvalidDataFileException invalid(String what) {
      return new InvalidDataFileException(path, "the header has " + what);
    }
  }
}
