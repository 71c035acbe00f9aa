package dev.adjoint.nn.io;

import java.io.IOException;
import java.nio.file.Path;

/** Thrown when a file is damaged, lies about its size, or is not of the expected format. */
public final class InvalidDataFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Path path;
  private final String reason;

  /** An exception for a file, with the rule that it breaks. */
  public InvalidDataFileException(Path path, String reason) {
    super(path + ": " + reason);
    this.path = path;
    this.reason = reason;
  }

  /** An exception for a file that another exception has stopped the reading of. */
  public InvalidDataFileException(Path path, String reason, Throwable cause) {
    super(path + ": " + reason, cause);
    this.path = path;
    this.reason = reason;
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The rule that the file breaks. */
  public String reason() {
    return reason;
  }
}
