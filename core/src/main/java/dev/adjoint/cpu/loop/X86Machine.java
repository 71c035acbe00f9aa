package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.KANDNW;
import static dev.adjoint.cpu.asm.VectorOp.KANDW;
import static dev.adjoint.cpu.asm.VectorOp.KMOVQ;
import static dev.adjoint.cpu.asm.VectorOp.KMOVW;
import static dev.adjoint.cpu.asm.VectorOp.KMOVW_FROM_GPR;
import static dev.adjoint.cpu.asm.VectorOp.KMOVW_TO_GPR;
import static dev.adjoint.cpu.asm.VectorOp.KSHIFTLW;
import static dev.adjoint.cpu.asm.VectorOp.KORW;
import static dev.adjoint.cpu.asm.VectorOp.KNOTW;
import static dev.adjoint.cpu.asm.VectorOp.KXNORW;
import static dev.adjoint.cpu.asm.VectorOp.VANDNPS;
import static dev.adjoint.cpu.asm.VectorOp.VANDPS;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDMPD;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDMPS;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDVPS;
import static dev.adjoint.cpu.asm.VectorOp.VBROADCASTSD;
import static dev.adjoint.cpu.asm.VectorOp.VBROADCASTSS;
import static dev.adjoint.cpu.asm.VectorOp.VEXTRACTF128;
import static dev.adjoint.cpu.asm.VectorOp.VEXTRACTF64X4;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERDPD;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERDPS;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERQPD;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERQPS;
import static dev.adjoint.cpu.asm.VectorOp.VINSERTF128;
import static dev.adjoint.cpu.asm.VectorOp.VINSERTF32X4;
import static dev.adjoint.cpu.asm.VectorOp.VINSERTF64X4;
import static dev.adjoint.cpu.asm.VectorOp.VMASKMOVPD;
import static dev.adjoint.cpu.asm.VectorOp.VMASKMOVPS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVD_FROM_GPR;
import static dev.adjoint.cpu.asm.VectorOp.VMOVD_TO_GPR;
import static dev.adjoint.cpu.asm.VectorOp.VMOVMSKPD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVMSKPS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVQ;
import static dev.adjoint.cpu.asm.VectorOp.VMOVQ_TO_GPR;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPS;
import static dev.adjoint.cpu.asm.VectorOp.VPBROADCASTD;
import static dev.adjoint.cpu.asm.VectorOp.VPBROADCASTQ;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPEQD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPGTD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPGTQ;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPQ;
import static dev.adjoint.cpu.asm.VectorOp.VPERMQ;
import static dev.adjoint.cpu.asm.VectorOp.VPINSRD;
import static dev.adjoint.cpu.asm.VectorOp.VPINSRQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMAXSD;
import static dev.adjoint.cpu.asm.VectorOp.VPMAXUD;
import static dev.adjoint.cpu.asm.VectorOp.VPMINUD;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVDB;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVDW;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVM2D;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVM2Q;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVSXDQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXBD;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXBQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXWD;
import static dev.adjoint.cpu.asm.VectorOp.VPSHUFB;
import static dev.adjoint.cpu.asm.VectorOp.VPSHUFD;
import static dev.adjoint.cpu.asm.VectorOp.VPTESTMD;
import static dev.adjoint.cpu.asm.VectorOp.VPTESTMQ;
import static dev.adjoint.cpu.asm.VectorOp.VPUNPCKLDQ;
import static dev.adjoint.cpu.asm.VectorOp.VPUNPCKLWD;
import static dev.adjoint.cpu.asm.VectorOp.VXORPS;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.cpu.asm.X86Frame;
import dev.adjoint.kernel.ScalarOp;

/**
 * An x86-64 processor with AVX2 and FMA, or with AVX-512 (F, BW, DQ, VL). With the first, masks are vectors.
 *
 * <p>Vectors of narrower types fill a part of a register, 16 bytes at least. Three vector registers are for what takes several
 * instructions.
 */
final class X86Machine extends Machine {
  private static final int[] TEMPORARIES = {X86.RAX, X86.RCX, X86.RDX, X86.R11};
  private static final int[] PARTIALS = {X86.R10, X86.R9};
  private static final int[] POINTERS = {X86.RBX, X86.RBP, X86.R12, X86.R13, X86.R14, X86.R15};
  private static final int TAIL_MASK = 1;

  /** All general registers but the stack pointer are written. */
  private static final int GENERAL = 0xFFFF & ~(1 << X86.RSP);

  final X86 code = new X86();
  final boolean evex;

  /** Vector registers for what takes several instructions. */
  final int t0;

  final int t1;
  final int t2;

  private final X86Frame frame = new X86Frame(code);
  private final X86Pool pool = new X86Pool(code);
  private final X86Arithmetic arithmetic = new X86Arithmetic(this);
  private Place tail4 = new Place(Place.POOL, 0, 0);
  private Place tail8 = tail4;

  /**
   * A machine for a kernel.
   *
   * @param evex whether to use AVX-512
   * @param unit the bytes of the widest values of lanes, 4 or 8; wider ones are the same in all lanes, and a register holds them
   *     for some
   */
  X86Machine(boolean evex, int unit) {
    super((evex ? 64 : 32) / unit, unit);
    this.evex = evex;
    t0 = evex ? 29 : 13;
    t1 = t0 + 1;
    t2 = t0 + 2;
  }

  /** The length of vectors of elements of some bytes. */
  int width(int bytes) {
    return Math.clamp(lanes * bytes, 16, evex ? 64 : 32);
  }

  /** Whether elements of some bytes are too wide for a register to hold those of all lanes. */
  boolean isCut(int bytes) {
    return bytes > unit;
  }

  /** An address for the assembler. */
  Mem mem(Place place) {
    if (place.base() == Place.POOL) {
      return Mem.of(pool.label, place.distance());
    }
    return place.scale() == 0
        ? Mem.at(place.base(), place.distance())
        : Mem.at(place.base(), X86.RSI, place.scale(), place.distance());
  }

  /** An instruction with an operand in a register or in memory. */
  void v(VectorOp op, int width, int to, int a, int b) {
    if (b < MEMORY) {
      code.v(op, width, to, a, b);
    } else {
      code.v(op, width, to, a, mem(place(b)));
    }
  }

  void v(VectorOp op, int width, int to, int a, int b, int last) {
    if (b < MEMORY) {
      code.v(op, width, to, a, b, last);
    } else {
      code.v(op, width, to, a, mem(place(b)), last);
    }
  }

  /** The register that holds a vector operand, which is loaded to a given one if it is in memory. */
  int register(int operand, int to, int width) {
    if (operand < MEMORY) {
      return operand;
    }
    code.v(VMOVUPS, width, to, -1, mem(place(operand)));
    return to;
  }

  /** The mask register that holds an operand. */
  int maskRegister(int operand, int to) {
    if (operand < MEMORY) {
      return operand;
    }
    code.v(KMOVQ, 0, to, -1, mem(place(operand)));
    return to;
  }

  /** A vector of constants that all 16 bytes of a vector hold. */
  int pattern(long low, long high) {
    long[] words = new long[8];
    for (int i = 0; i < words.length; i += 2) {
      words[i] = low;
      words[i + 1] = high;
    }
    return operand(pool.place(words));
  }

  @Override
  int block() {
    return X86.RDI;
  }

  @Override
  int lane() {
    return X86.RSI;
  }

  @Override
  int limit() {
    return X86.R8;
  }

  @Override
  int temporary(int number) {
    return TEMPORARIES[number];
  }

  @Override
  int partial(int number) {
    return PARTIALS[number];
  }

  @Override
  int pointers() {
    return POINTERS.length;
  }

  @Override
  int pointer(int number) {
    return POINTERS[number];
  }

  @Override
  void enter() {
    frame.enter(GENERAL, evex ? 31 : 15, X86.RDI);
  }

  @Override
  void leave() {
    code.g(GeneralOp.MOV, X86.RAX, mem(slot(Block.FAILED)));
    frame.leave();
  }

  @Override
  int size() {
    return code.size();
  }

  @Override
  byte[] finish() {
    pool.write(code);
    return code.toBytes();
  }

  @Override
  Label label() {
    return code.label();
  }

  @Override
  void bind(Label label) {
    code.bind(label);
  }

  @Override
  void jump(Label label) {
    code.jump(label);
  }

  @Override
  void head(Label label) {
    code.align(32);
    code.bind(label);
  }

  @Override
  void set(int register, long value) {
    code.move(register, value);
  }

  @Override
  void move(int to, int from) {
    if (to != from) {
      code.g(GeneralOp.MOV, to, from);
    }
  }

  @Override
  void get(int register, Place from) {
    code.g(GeneralOp.MOV, register, mem(from));
  }

  @Override
  void put(Place to, int register) {
    code.g(GeneralOp.MOV, mem(to), register);
  }

  @Override
  void getSigned(int bytes, int register, Place from) {
    code.g(bytes == Integer.BYTES ? GeneralOp.MOVSXD : GeneralOp.MOV, register, mem(from));
  }

  @Override
  void getElement(int bytes, int register, int address) {
    GeneralOp op =
        switch (bytes) {
          case 1 -> GeneralOp.MOVZX8;
          case 2 -> GeneralOp.MOVZX16;
          case 4 -> GeneralOp.MOV32;
          default -> GeneralOp.MOV;
        };
    code.g(op, register, Mem.at(address, 0));
  }

  @Override
  void putElement(int bytes, int address, int register) {
    GeneralOp op =
        switch (bytes) {
          case 1 -> GeneralOp.MOV8;
          case 2 -> GeneralOp.MOV16;
          case 4 -> GeneralOp.MOV32;
          default -> GeneralOp.MOV;
        };
    code.g(op, Mem.at(address, 0), register);
  }

  @Override
  void add(int register, int other) {
    code.g(GeneralOp.ADD, register, other);
  }

  @Override
  void increase(int register, long value) {
    if (value != 0) {
      code.gi(GeneralOp.ADD, register, Math.toIntExact(value));
    }
  }

  @Override
  void addFrom(int register, Place from) {
    code.g(GeneralOp.ADD, register, mem(from));
  }

  @Override
  void addTo(Place to, int register) {
    code.g(GeneralOp.ADD, mem(to), register);
  }

  @Override
  void subtract(int register, int other) {
    code.g(GeneralOp.SUB, register, other);
  }

  @Override
  void multiply(int register, int other) {
    code.g(GeneralOp.IMUL, register, other);
  }

  @Override
  void multiplyFrom(int register, Place from) {
    code.g(GeneralOp.IMUL, register, mem(from));
  }

  @Override
  void and(int register, int value) {
    code.gi(GeneralOp.AND, register, value);
  }

  @Override
  void shiftLeft(int register, int bits) {
    code.gi(GeneralOp.SHL, register, bits);
  }

  @Override
  void shiftRight(int register, int bits) {
    code.gi(GeneralOp.SHR, register, bits);
  }

  private static Condition condition(Relation relation) {
    return switch (relation) {
      case EQUAL -> Condition.EQUAL;
      case NOT_EQUAL -> Condition.NOT_EQUAL;
      case LESS -> Condition.LESS;
      case AT_LEAST -> Condition.GREATER_OR_EQUAL;
    };
  }

  @Override
  void branch(Relation relation, int register, int other, Label to) {
    code.g(GeneralOp.CMP, register, other);
    code.jump(condition(relation), to);
  }

  @Override
  void branchIf(Relation relation, int register, long value, Label to) {
    code.gi(GeneralOp.CMP, register, Math.toIntExact(value));
    code.jump(condition(relation), to);
  }

  @Override
  int vectors() {
    return evex ? 28 : 12;
  }

  @Override
  int masks() {
    return evex ? 3 : 0;
  }

  @Override
  int firstMask() {
    return 2;
  }

  @Override
  int passing(DType type) {
    return isMask(type) ? 5 : vectors();
  }

  private boolean isMask(DType type) {
    return evex && type == DType.BOOL;
  }

  @Override
  int bytes(DType type) {
    return isMask(type) ? Long.BYTES : width(type == DType.BOOL ? unit : type.bytes());
  }

  @Override
  int constant(DType type, long bits) {
    if (type == DType.BOOL) {
      long all = bits == 0 ? 0 : -1;
      return operand(
          pool.place(evex ? new long[] {all} : X86Pool.repeated(all, unit, width(unit))));
    }
    int bytes = Math.max(Integer.BYTES, type.bytes());
    return operand(pool.place(X86Pool.repeated(bits, bytes, width(bytes))));
  }

  /** A vector with bits of some bytes in each lane. */
  int bits(int bytes, long bits) {
    return operand(pool.place(X86Pool.repeated(bits, bytes, width(bytes))));
  }

  @Override
  int iota() {
    long[] words = new long[width(Integer.BYTES) / Long.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = 2L * i | (2L * i + 1) << Integer.SIZE;
    }
    return operand(pool.place(words));
  }

  @Override
  void copy(DType type, int to, int operand) {
    if (to == operand) {
      return;
    }
    if (isMask(type)) {
      if (operand < MEMORY) {
        code.v(KMOVW, 0, to, -1, operand);
      } else {
        code.v(KMOVQ, 0, to, -1, mem(place(operand)));
      }
    } else {
      v(VMOVUPS, bytes(type), to, -1, operand);
    }
  }

  @Override
  void keep(DType type, Place to, int operand) {
    if (isMask(type)) {
      code.v(KMOVQ, 0, mem(to), maskRegister(operand, 6));
    } else {
      code.v(VMOVUPS, bytes(type), mem(to), register(operand, t0, bytes(type)));
    }
  }

  @Override
  void load(DType memory, int to, Place from) {
    load(memory, to, from, false);
  }

  private void load(DType memory, int to, Place from, boolean tail) {
    int narrow = width(Integer.BYTES);
    switch (memory) {
      case F32, I32 -> tailed(tail).v(VMOVUPS, narrow, to, -1, mem(from));
      case F64, I64 -> tailed(tail).v(VMOVUPD, width(Long.BYTES), to, -1, mem(from));
      case U8, I8 -> tailed(tail).v(VPMOVZXBD, narrow, to, -1, mem(from));
      case F16, BF16 -> tailed(tail).v(VPMOVZXWD, narrow, to, -1, mem(from));
      case BOOL -> {
        VectorOp extend = unit == Integer.BYTES ? VPMOVZXBD : VPMOVZXBQ;
        tailed(tail).v(extend, width(unit), t0, -1, mem(from));
        truth(to);
      }
    }
  }

  private X86 tailed(boolean tail) {
    return tail ? code.zero(TAIL_MASK) : code;
  }

  /** Makes the numbers in the first temporary, of unit bytes and not below 0, a mask. */
  private void truth(int to) {
    boolean words = unit == Integer.BYTES;
    if (evex) {
      code.v(words ? VPTESTMD : VPTESTMQ, width(unit), to, t0, t0);
    } else {
      code.v(VXORPS, 32, t1, t1, t1);
      code.v(words ? VPCMPGTD : VPCMPGTQ, width(unit), to, t0, t1);
    }
  }

  @Override
  void maskOf(int to, Place numbers) {
    code.v(VMOVUPS, width(unit), t0, -1, mem(numbers));
    truth(to);
  }

  @Override
  void keepMask(Place to, int mask) {
    if (evex) {
      int k = maskRegister(mask, 6);
      code.v(unit == Integer.BYTES ? VPMOVM2D : VPMOVM2Q, width(unit), t0, -1, k);
      code.v(VMOVUPS, width(unit), mem(to), t0);
    } else {
      keep(DType.BOOL, to, mask);
    }
  }

  @Override
  void broadcast(DType memory, int to, Place from) {
    switch (memory) {
      case F32, I32 -> code.v(VBROADCASTSS, width(Integer.BYTES), to, -1, mem(from));
      case F64, I64 -> code.v(VBROADCASTSD, width(Long.BYTES), to, -1, mem(from));
      case U8, I8, F16, BF16 -> {
        boolean bytes = memory.bytes() == 1;
        code.g(bytes ? GeneralOp.MOVZX8 : GeneralOp.MOVZX16, X86.RAX, mem(from));
        splat(to, X86.RAX);
      }
      case BOOL -> {
        code.g(GeneralOp.MOVZX8, X86.RAX, mem(from));
        code.v(VMOVD_FROM_GPR, 16, t0, -1, X86.RAX);
        code.v(unit == 4 ? VPBROADCASTD : VPBROADCASTQ, width(unit), t0, -1, t0);
        truth(to);
      }
    }
  }

  @Override
  void splat(int to, int register) {
    code.v(VMOVD_FROM_GPR, 16, t0, -1, register);
    code.v(VPBROADCASTD, width(Integer.BYTES), to, -1, t0);
  }

  @Override
  boolean stridesMemory(DType memory) {
    return memory.bytes() >= Integer.BYTES;
  }

  @Override
  void loadStrided(DType memory, int to, int address, int stride) {
    boolean words = memory.bytes() == Integer.BYTES;
    int perPart = words ? 4 : 2;
    int parts = lanes / perPart;
    // The parts of 16 bytes, of which each is made by itself; pairs of them, and pairs of pairs,
    // are joined.
    if (words) {
      code.lea(X86.RDX, Mem.at(stride, stride, 2, 0));
    }
    for (int p = 0; p < parts; p++) {
      int part = p % 2 == 0 ? t0 : t1;
      if (words) {
        code.v(VMOVSS, 16, part, -1, Mem.at(address, 0));
        code.v(VPINSRD, 16, part, part, Mem.at(address, stride, 1, 0), 1);
        code.v(VPINSRD, 16, part, part, Mem.at(address, stride, 2, 0), 2);
        code.v(VPINSRD, 16, part, part, Mem.at(address, X86.RDX, 1, 0), 3);
      } else {
        code.v(VMOVSD, 16, part, -1, Mem.at(address, 0));
        code.v(VPINSRQ, 16, part, part, Mem.at(address, stride, 1, 0), 1);
      }
      if (p < parts - 1) {
        code.lea(address, Mem.at(address, stride, words ? 4 : 2, 0));
      }
      if (p % 2 == 1) {
        boolean last = p == 3;
        int pair = parts == 2 ? to : last ? t0 : t2;
        code.v(evex ? VINSERTF32X4 : VINSERTF128, 32, pair, t0, t1, 1);
        if (last) {
          code.v(VINSERTF64X4, 64, to, t2, t0, 1);
        }
      }
    }
    if (parts == 1) {
      code.v(VMOVUPS, 16, to, -1, t0);
    }
  }

  @Override
  void store(DType memory, Place to, int operand) {
    store(memory, to, operand, false);
  }

  private void store(DType memory, Place to, int operand, boolean tail) {
    switch (memory) {
      case F32, I32 -> {
        int value = register(operand, t0, width(Integer.BYTES));
        masked(tail).v(VMOVUPS, width(Integer.BYTES), mem(to), value);
      }
      case F64, I64 -> {
        int value = register(operand, t0, width(Long.BYTES));
        masked(tail).v(VMOVUPD, width(Long.BYTES), mem(to), value);
      }
      case U8, I8, F16, BF16 -> {
        boolean bytes = memory.bytes() == 1;
        int value = register(operand, t0, width(Integer.BYTES));
        if (evex) {
          masked(tail).v(bytes ? VPMOVDB : VPMOVDW, width(Integer.BYTES), mem(to), value);
        } else if (bytes) {
          packBytes(value);
          storePacked(to, lanes);
        } else {
          packWords(value);
          storePacked(to, 2 * lanes);
        }
      }
      case BOOL -> {
        if (evex) {
          number(t0, operand);
          masked(tail).v(VPMOVDB, width(Integer.BYTES), mem(to), t0);
          return;
        }
        int mask = register(operand, t0, width(unit));
        if (unit == Integer.BYTES) {
          packBytes(mask);
        } else {
          v(VPSHUFB, 32, t0, mask, pattern(0x8080_8080_8080_0800L, 0x8080_8080_8080_8080L));
          code.v(VEXTRACTF128, 32, t1, -1, t0, 1);
          code.v(VPUNPCKLWD, 16, t0, t0, t1);
        }
        v(VANDPS, 16, t0, t0, pattern(0x0101_0101_0101_0101L, 0x0101_0101_0101_0101L));
        storePacked(to, lanes);
      }
    }
  }

  private X86 masked(boolean tail) {
    return tail ? code.mask(TAIL_MASK) : code;
  }

  /** Packs the low bytes of 4 or 8 words to the beginning of the first temporary. */
  private void packBytes(int value) {
    v(
        VPSHUFB,
        width(Integer.BYTES),
        t0,
        value,
        pattern(0x8080_8080_0c08_0400L, 0x8080_8080_8080_8080L));
    if (lanes == 8) {
      code.v(VEXTRACTF128, 32, t1, -1, t0, 1);
      code.v(VPUNPCKLDQ, 16, t0, t0, t1);
    }
  }

  /** Packs the low halves of 4 or 8 words to the beginning of the first temporary. */
  private void packWords(int value) {
    v(
        VPSHUFB,
        width(Integer.BYTES),
        t0,
        value,
        pattern(0x0d0c_0908_0504_0100L, 0x8080_8080_8080_8080L));
    if (lanes == 8) {
      code.v(VPERMQ, 32, t0, -1, t0, 0x08);
    }
  }

  private void storePacked(Place to, int bytes) {
    VectorOp op =
        switch (bytes) {
          case 4 -> VMOVD;
          case 8 -> VMOVQ;
          default -> VMOVUPS;
        };
    code.v(op, 16, mem(to), t0);
  }

  @Override
  void storeFirst(DType memory, Place to, int operand) {
    switch (memory) {
      case F32, I32 -> code.v(VMOVSS, 16, mem(to), register(operand, t0, width(4)));
      case F64, I64 -> code.v(VMOVSD, 16, mem(to), register(operand, t0, width(8)));
      case U8, I8, F16, BF16, BOOL -> {
        // The address may be in the first temporary of the general ones.
        if (memory == DType.BOOL) {
          number(t0, operand);
        }
        int value = memory == DType.BOOL ? t0 : register(operand, t0, width(Integer.BYTES));
        code.v(VMOVD_TO_GPR, 16, X86.RDX, -1, value);
        code.g(memory.bytes() == 2 ? GeneralOp.MOV16 : GeneralOp.MOV8, mem(to), X86.RDX);
      }
    }
  }

  @Override
  void beginTail() {
    if (evex) {
      code.g(GeneralOp.MOV, X86.RCX, mem(slot(Block.TAIL)));
      code.move(X86.RAX, 0xffff_ffffL);
      code.g(GeneralOp.BZHI32, X86.RAX, X86.RAX, X86.RCX);
      code.v(KMOVW_FROM_GPR, 0, TAIL_MASK, -1, X86.RAX);
      return;
    }
    tail4 = slot(Block.TAIL_4);
    tail8 = slot(Block.TAIL_8);
    long[] words = new long[lanes];
    java.util.Arrays.fill(words, 0, lanes / 2, -1);
    Place table = pool.place(words);
    code.move(X86.RAX, lanes);
    code.g(GeneralOp.SUB, X86.RAX, mem(slot(Block.TAIL)));
    code.lea(X86.RCX, mem(table));
    code.v(VMOVUPS, width(4), t0, -1, Mem.at(X86.RCX, X86.RAX, 4, 0));
    code.v(VMOVUPS, width(4), mem(tail4), t0);
    if (unit == Long.BYTES) {
      code.v(VPMOVSXDQ, width(8), t0, -1, t0);
      code.v(VMOVUPS, width(8), mem(tail8), t0);
    }
  }

  @Override
  boolean masksMemory(DType memory) {
    return evex || (memory.bytes() >= Integer.BYTES);
  }

  /** Loads the mask of the tail for elements of some bytes, a vector. */
  private void tailMask(int to, int bytes) {
    code.v(VMOVUPS, width(bytes), to, -1, mem(bytes == 4 ? tail4 : tail8));
  }

  @Override
  void loadTail(DType memory, int to, Place from) {
    if (evex) {
      load(memory, to, from, true);
    } else {
      tailMask(t0, memory.bytes());
      code.v(maskMove(memory.bytes()), width(memory.bytes()), to, t0, mem(from));
    }
  }

  private static VectorOp maskMove(int bytes) {
    return bytes == Integer.BYTES ? VMASKMOVPS : VMASKMOVPD;
  }

  @Override
  void storeTail(DType memory, Place to, int operand) {
    if (evex) {
      store(memory, to, operand, true);
    } else {
      int width = width(memory.bytes());
      int value = register(operand, t1, width);
      tailMask(t0, memory.bytes());
      code.v(maskMove(memory.bytes()), width, mem(to), value, t0);
    }
  }

  @Override
  void loadWhere(DType memory, int to, Place from, int mask, boolean tail) {
    if (evex) {
      int k = chosen(mask, tail);
      switch (memory) {
        case F32, I32 -> code.zero(k).v(VMOVUPS, width(4), to, -1, mem(from));
        case F64, I64 -> code.zero(k).v(VMOVUPD, width(8), to, -1, mem(from));
        case U8, I8 -> code.zero(k).v(VPMOVZXBD, width(4), to, -1, mem(from));
        case F16, BF16 -> code.zero(k).v(VPMOVZXWD, width(4), to, -1, mem(from));
        case BOOL -> {
          code.zero(k).v(unit == 4 ? VPMOVZXBD : VPMOVZXBQ, width(unit), t0, -1, mem(from));
          truth(to);
        }
      }
      return;
    }
    chosenLanes(memory.bytes(), mask, tail);
    code.v(maskMove(memory.bytes()), width(memory.bytes()), to, t0, mem(from));
  }

  /** A mask register other than those of values: where a mask, or -1, holds, and in the tail's lanes if so. */
  private int chosen(int mask, boolean tail) {
    if (mask < 0) {
      if (tail) {
        code.v(KMOVW, 0, 6, -1, TAIL_MASK);
      } else {
        code.v(KXNORW, 0, 6, 6, 6);
      }
    } else {
      int k = maskRegister(mask, 6);
      if (tail) {
        code.v(KANDW, 0, 6, k, TAIL_MASK);
      } else if (k != 6) {
        code.v(KMOVW, 0, 6, -1, k);
      }
    }
    return 6;
  }

  /** The same as a vector in the first temporary, for elements of some bytes. */
  private void chosenLanes(int bytes, int mask, boolean tail) {
    if (mask < 0 && !tail) {
      code.v(VPCMPEQD, 32, t0, t0, t0);
    } else if (mask < 0) {
      tailMask(t0, bytes);
    } else {
      int lanesOf = arithmetic.mask(mask, bytes, t0);
      if (tail) {
        v(VANDPS, width(bytes), t0, lanesOf, operand(bytes == 4 ? tail4 : tail8));
      } else if (lanesOf != t0) {
        code.v(VMOVUPS, width(bytes), t0, -1, lanesOf);
      }
    }
  }

  @Override
  boolean gathers(DType memory) {
    return memory.bytes() >= Integer.BYTES;
  }

  @Override
  void gather(DType memory, int to, int address, int at, DType atType, int mask, boolean tail) {
    int bytes = memory.bytes();
    int index = register(at, t1, width(atType.bytes()));
    boolean wide = atType == DType.I64;
    VectorOp op =
        bytes == Integer.BYTES
            ? (wide ? VGATHERQPS : VGATHERDPS)
            : (wide ? VGATHERQPD : VGATHERDPD);
    Mem from = Mem.at(address, index, bytes, 0);
    int width = Math.max(width(bytes), width(atType.bytes()));
    code.v(VXORPS, evex ? 64 : 32, t2, t2, t2);
    if (evex) {
      code.mask(chosen(mask, tail)).gather(op, width, t2, from);
    } else {
      chosenLanes(bytes, mask, tail);
      code.gather(op, width, t2, from, t0);
    }
    code.v(VMOVUPS, width(bytes), to, -1, t2);
  }

  @Override
  void first(DType type, int register, int operand) {
    if (operand >= MEMORY) {
      getSigned(type.bytes(), register, place(operand));
    } else if (type == DType.I32) {
      code.v(VMOVD_TO_GPR, 16, register, -1, operand);
      code.g(GeneralOp.MOVSXD, register, register);
    } else {
      code.v(VMOVQ_TO_GPR, 16, register, -1, operand);
    }
  }

  @Override
  void number(int to, int mask) {
    if (evex) {
      int k = maskRegister(mask, 6);
      Mem ones = mem(place(bits(Integer.BYTES, 1)));
      code.zero(k).v(VMOVUPS, width(Integer.BYTES), to, -1, ones);
    } else {
      v(VANDPS, width(4), to, arithmetic.mask(mask, Integer.BYTES, t0), bits(Integer.BYTES, 1));
    }
  }

  @Override
  void ofTail(DType type, int to, int inside, int outside) {
    int width = width(type.bytes());
    boolean words = type.bytes() == Integer.BYTES;
    int other = register(outside, t1, width);
    if (evex) {
      code.mask(TAIL_MASK);
      v(words ? VBLENDMPS : VBLENDMPD, width, to, other, inside);
    } else {
      tailMask(t0, type.bytes());
      v(VBLENDVPS, width, to, other, inside, t0);
    }
  }

  @Override
  void check(DType type, int to, int value, int size, int mask, boolean tail) {
    int width = width(type.bytes());
    boolean words = type == DType.I32;
    if (evex) {
      code.v(VXORPS, width, t0, t0, t0);
      int number = register(value, t1, width);
      code.v(words ? VPCMPD : VPCMPQ, width, 6, number, t0, 5);
      code.mask(6);
      v(words ? VPCMPD : VPCMPQ, width, 6, number, size, 1);
      if (isCut(type.bytes())) {
        spread(6);
      }
      if (mask >= 0) {
        int k = maskRegister(mask, 7);
        code.v(KANDNW, 0, 7, 6, k);
        code.v(KANDW, 0, to, 6, maskRegister(mask, 5));
      } else {
        code.v(KNOTW, 0, 7, -1, 6);
        code.v(KMOVW, 0, to, -1, 6);
      }
      if (tail) {
        code.v(KANDW, 0, 7, 7, TAIL_MASK);
      }
      code.v(KMOVW_TO_GPR, 0, X86.RAX, -1, 7);
      code.gi(GeneralOp.AND32, X86.RAX, (1 << lanes) - 1);
    } else {
      int number = register(value, t2, width);
      code.v(VXORPS, 32, t0, t0, t0);
      code.v(words ? VPCMPGTD : VPCMPGTQ, width, t0, t0, number);
      int bound = register(size, t1, width);
      code.v(words ? VPCMPGTD : VPCMPGTQ, width, t1, bound, number);
      code.v(VANDNPS, width, t0, t0, t1);
      if (type.bytes() < unit) {
        code.v(VPMOVSXDQ, width(unit), t0, -1, t0);
      }
      int whole = width(unit);
      if (mask >= 0) {
        v(VANDNPS, whole, t1, t0, mask);
        v(VANDPS, whole, to, t0, mask);
      } else {
        v(VXORPS, whole, t1, t0, constant(DType.BOOL, 1));
        code.v(VMOVUPS, whole, to, -1, t0);
      }
      if (tail) {
        v(VANDPS, whole, t1, t1, operand(unit == 4 ? tail4 : tail8));
      }
      code.v(unit == 4 ? VMOVMSKPS : VMOVMSKPD, whole, X86.RAX, -1, t1);
    }
    code.g(GeneralOp.OR, mem(slot(Block.FAILED)), X86.RAX);
  }

  /** Makes a mask of the 8 lanes of a cut vector, which all are the same, one of 16. */
  void spread(int mask) {
    code.v(KSHIFTLW, 0, 7, -1, mask, 8);
    code.v(KORW, 0, mask, mask, 7);
  }

  @Override
  void branchIfAll(int mask, Label to) {
    int all = (1 << lanes) - 1;
    if (evex) {
      code.v(KMOVW_TO_GPR, 0, X86.RAX, -1, maskRegister(mask, 6));
      code.gi(GeneralOp.AND32, X86.RAX, all);
    } else {
      int vector = register(mask, t0, width(unit));
      code.v(unit == 4 ? VMOVMSKPS : VMOVMSKPD, width(unit), X86.RAX, -1, vector);
    }
    code.gi(GeneralOp.CMP32, X86.RAX, all);
    code.jump(Condition.EQUAL, to);
  }

  @Override
  void foldLanes(ScalarOp op, DType type, int register, int other) {
    int width = width(type.bytes());
    if (width == 64) {
      code.v(VEXTRACTF64X4, 64, other, -1, register, 1);
      apply(op, type, type, register, register, other, -1);
    }
    if (width >= 32) {
      code.v(VEXTRACTF128, 32, other, -1, register, 1);
      apply(op, type, type, register, register, other, -1);
    }
    code.v(VPSHUFD, 16, other, -1, register, 0xEE);
    apply(op, type, type, register, register, other, -1);
    if (type.bytes() == Integer.BYTES) {
      code.v(VPSHUFD, 16, other, -1, register, 0x55);
      apply(op, type, type, register, register, other, -1);
    }
  }

  /** Floats keep the order of their bits: of positive ones as they are, of negative ones the other way round. */
  @Override
  int extremeRegisters(DType type) {
    return type == DType.F32 ? 3 : 1;
  }

  @Override
  void takeExtreme(ScalarOp op, DType type, int first, int operand) {
    if (type != DType.F32) {
      super.takeExtreme(op, type, first, operand);
      return;
    }
    int w = width(Integer.BYTES);
    int value = register(operand, t0, w);
    code.v(VPMAXSD, w, first, first, value);
    code.v(VPMINUD, w, first + 1, first + 1, value);
    code.v(VPMAXUD, w, first + 2, first + 2, value);
  }

  @Override
  void endExtreme(ScalarOp op, DType type, int first) {
    if (type != DType.F32) {
      return;
    }
    arithmetic.endExtreme(op, first);
  }

  @Override
  boolean has(ScalarOp op, DType type) {
    return !(op == ScalarOp.REM && type.isFloat());
  }

  @Override
  void shift(ScalarOp op, DType type, int to, int a, int bits) {
    arithmetic.shift(op, type, to, a, bits);
  }

  @Override
  void apply(ScalarOp op, DType from, DType type, int to, int a, int b, int c) {
    arithmetic.apply(op, from, type, to, a, b, c);
  }
}
