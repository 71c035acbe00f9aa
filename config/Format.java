import com.google.googlejavaformat.java.Main;

/** Checks that all sources are formatted, or formats them; pom.xml runs it. */
void main(String[] arguments) throws IOException {
  // Comments and messages are left as they were written.
  var command =
      new ArrayList<>(List.of("--skip-javadoc-formatting", "--skip-reflowing-long-strings"));
  command.addAll(
      switch (arguments[0]) {
        case "check" -> List.of("--dry-run", "--set-exit-if-changed");
        case "apply" -> List.of("--replace");
        default ->
            throw new IllegalArgumentException("format: check or apply, not " + arguments[0]);
      });
  collect(Path.of("config"), command);
  collect(Path.of("examples"), command);
  for (File module : new File(".").listFiles(file -> new File(file, "src").isDirectory())) {
    collect(Path.of(module.getName(), "src"), command);
  }
  Main.main(command.toArray(String[]::new));
}

void collect(Path folder, List<String> command) throws IOException {
  try (Stream<Path> files = Files.walk(folder)) {
    files.map(Path::toString).filter(file -> file.endsWith(".java")).sorted().forEach(command::add);
  }
}
