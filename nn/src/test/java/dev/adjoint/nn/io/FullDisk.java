package dev.adjoint.nn.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A channel that takes so many bytes and then fails, as a full disk does. */
final class FullDisk implements WritableByteChannel {
  private final WritableByteChannel channel;
  private long room;

  FullDisk(WritableByteChannel channel, long room) {
    this.channel = channel;
    this.room = room;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (room == 0) {
      throw new IOException("No space left on device");
    }
    ByteBuffer part = from.slice(from.position(), (int) Math.min(room, from.remaining()));
    int n = channel.write(part);
    from.position(from.position() + n);
    room -= n;
    return n;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
