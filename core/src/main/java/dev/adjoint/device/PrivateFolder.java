package dev.adjoint.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder for code that is kept on disk and run later: nobody but the user of this process may put a file there. A link counts
 * as what it leads to. Where files have no POSIX owners and permissions, every folder is taken for private.
 */
public final class PrivateFolder {
  private static @Nullable UserPrincipal user;

  private final Path path;

  /** The folder of a path, which need not be there yet. */
  public PrivateFolder(Path path) {
    this.path = path;
  }

  /** The path. */
  public Path path() {
    return path;
  }

  /**
   * Makes the folder, and those above it that are missing, for this user alone. One that is there stays as it is.
   *
   * @throws IOException if it cannot be made
   */
  public void create() throws IOException {
    if (hasOwners()) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(path);
    }
  }

  /**
   * Why the folder, which is there, is not private; empty if it is.
   *
   * @throws IOException if its owner or that of this process cannot be found out
   */
  public String whyNotPrivate() throws IOException {
    if (!hasOwners()) {
      return "";
    }
    PosixFileAttributes folder = Files.readAttributes(path, PosixFileAttributes.class);
    if (!folder.owner().equals(user())) {
      return path + " belongs to " + folder.owner().getName() + " and not to " + user().getName();
    }
    Set<PosixFilePermission> permissions = folder.permissions();
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      return path + " can be written by others; chmod 700 makes it private";
    }
    return "";
  }

  /**
   * Whether a file of the folder is there, and of this user.
   *
   * @throws IOException if its owner or that of this process cannot be found out
   */
  public boolean owns(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && (!hasOwners() || Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(user()));
  }

  private boolean hasOwners() {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** The owner of what this process makes; the property {@code user.name} may say anything. */
  private static synchronized UserPrincipal user() throws IOException {
    UserPrincipal known = user;
    if (known == null) {
      Path file = Files.createTempFile("adjoint", null);
      try {
        known = Files.getOwner(file);
      } finally {
        Files.delete(file);
      }
      user = known;
    }
    return known;
  }
}
