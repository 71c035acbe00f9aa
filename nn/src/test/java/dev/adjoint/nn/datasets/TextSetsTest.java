package dev.adjoint.nn.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSetsTest {
  @TempDir Path folder;

  private void mails(SpamAssassin.Group group, int count) throws IOException {
    Path mails =
        Files.createDirectories(
            folder.resolve(group.name().toLowerCase(Locale.ROOT).replace('_', '-')));
    for (int i = 1; i <= count; i++) {
      Files.write(
          mails.resolve("%05d.%032x.txt".formatted(i, i)),
          ("Subject: " + i + "\n\n\u00e9").getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void mailsAreFilesInFolders() throws IOException {
    assertThrows(NoSuchFileException.class, () -> SpamAssassin.load(folder));
    for (SpamAssassin.Group group : SpamAssassin.Group.values()) {
      mails(group, group.mails());
    }
    List<SpamAssassin.Mail> mails = SpamAssassin.load(folder);
    assertEquals(6046, mails.size());
    assertEquals(1896, mails.stream().filter(SpamAssassin.Mail::isSpam).count());
    SpamAssassin.Mail last = mails.getLast();
    assertEquals(
        new SpamAssassin.Mail(SpamAssassin.Group.SPAM_2, "01396", "Subject: 1396\n\n\u00e9"), last);
    assertFalse(mails.getFirst().isSpam());
    Files.write(folder.resolve("spam-1").resolve("00501.0.txt"), new byte[1]);
    var e = assertThrows(InvalidDataFileException.class, () -> SpamAssassin.load(folder));
    assertEquals("there are 501 mails, not 500", e.reason());
  }

  @Test
  void theMailsAreTheOfficialOnes() throws IOException {
    List<SpamAssassin.Mail> mails = Installed.require(SpamAssassin::load);
    assertEquals(6046, mails.size());
    for (SpamAssassin.Group group : SpamAssassin.Group.values()) {
      assertEquals(group.mails(), mails.stream().filter(mail -> mail.group() == group).count());
    }
    assertTrue(mails.stream().allMatch(mail -> mail.text().contains("\n\n")));
    assertEquals(6046, new HashSet<>(mails).size());
  }

  private List<CmuDict.Entry> dictionary(String text) throws IOException {
    Files.writeString(folder.resolve("dict.txt"), text);
    return CmuDict.load(folder);
  }

  @Test
  void linesAreWordsAndPhones() throws IOException {
    assertThrows(NoSuchFileException.class, () -> CmuDict.load(folder));
    assertEquals(
        List.of(
            new CmuDict.Entry("READ", 0, List.of("R", "EH1", "D")),
            new CmuDict.Entry("READ", 1, List.of("R", "IY1", "D")),
            new CmuDict.Entry("'BOUT", 0, List.of("B", "AW1", "T"))),
        dictionary(";;; comment\nREAD  R EH1 D\nREAD(1)  R IY1 D\n'BOUT  B AW1 T\n\n"));
    var e = assertThrows(InvalidDataFileException.class, () -> dictionary("READ  R EH1 D\nREAD\n"));
    assertEquals("line 2 is no entry: READ", e.reason());
    assertThrows(InvalidDataFileException.class, () -> dictionary("READ  r eh1 d\n"));
  }

  @Test
  void theDictionaryIsTheOfficialOne() throws IOException {
    List<CmuDict.Entry> entries = Installed.require(CmuDict::load);
    var hello = new CmuDict.Entry("HELLO", 0, List.of("HH", "AH0", "L", "OW1"));
    assertTrue(entries.contains(hello));
    assertEquals(List.of("HH", "AH", "L", "OW"), hello.phonesWithoutStress());
    assertEquals(
        39,
        entries.stream()
            .flatMap(entry -> entry.phones().stream())
            .map(phone -> phone.replaceAll("[0-2]", ""))
            .distinct()
            .count());
  }

  @Test
  void namesAreReadLineByLine() throws IOException {
    assertThrows(NoSuchFileException.class, () -> FirstNames.load(folder));
    Files.writeString(folder.resolve("names.txt"), "Ada\nGrace\n\nAnna Maria\n");
    assertEquals(List.of("Ada", "Grace", "Anna Maria"), FirstNames.load(folder));
  }

  @Test
  void installedNames() throws IOException {
    List<String> all = Installed.require(FirstNames::load);
    assertEquals(4951, FirstNames.female().size());
    assertEquals(3898, FirstNames.male().size());
    assertEquals(all.stream().distinct().sorted().toList(), all);
  }
}
