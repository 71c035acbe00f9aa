package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.VectorForm.D;
import static dev.adjoint.cpu.asm.VectorForm.D38;
import static dev.adjoint.cpu.asm.VectorForm.DIGIT2;
import static dev.adjoint.cpu.asm.VectorForm.DIGIT4;
import static dev.adjoint.cpu.asm.VectorForm.DIGIT6;
import static dev.adjoint.cpu.asm.VectorForm.E;
import static dev.adjoint.cpu.asm.VectorForm.E256;
import static dev.adjoint.cpu.asm.VectorForm.E512;
import static dev.adjoint.cpu.asm.VectorForm.ES;
import static dev.adjoint.cpu.asm.VectorForm.EW;
import static dev.adjoint.cpu.asm.VectorForm.F2;
import static dev.adjoint.cpu.asm.VectorForm.F3;
import static dev.adjoint.cpu.asm.VectorForm.FULL;
import static dev.adjoint.cpu.asm.VectorForm.FVM;
import static dev.adjoint.cpu.asm.VectorForm.GREG;
import static dev.adjoint.cpu.asm.VectorForm.GRM;
import static dev.adjoint.cpu.asm.VectorForm.HALF;
import static dev.adjoint.cpu.asm.VectorForm.HVM;
import static dev.adjoint.cpu.asm.VectorForm.IMM;
import static dev.adjoint.cpu.asm.VectorForm.IS4;
import static dev.adjoint.cpu.asm.VectorForm.K2;
import static dev.adjoint.cpu.asm.VectorForm.K3;
import static dev.adjoint.cpu.asm.VectorForm.KQ;
import static dev.adjoint.cpu.asm.VectorForm.KREG;
import static dev.adjoint.cpu.asm.VectorForm.KRM;
import static dev.adjoint.cpu.asm.VectorForm.KW;
import static dev.adjoint.cpu.asm.VectorForm.LASTV;
import static dev.adjoint.cpu.asm.VectorForm.M0F;
import static dev.adjoint.cpu.asm.VectorForm.M38;
import static dev.adjoint.cpu.asm.VectorForm.N16;
import static dev.adjoint.cpu.asm.VectorForm.N2;
import static dev.adjoint.cpu.asm.VectorForm.N32;
import static dev.adjoint.cpu.asm.VectorForm.N4;
import static dev.adjoint.cpu.asm.VectorForm.N8;
import static dev.adjoint.cpu.asm.VectorForm.NDD;
import static dev.adjoint.cpu.asm.VectorForm.NDS;
import static dev.adjoint.cpu.asm.VectorForm.NOMASK;
import static dev.adjoint.cpu.asm.VectorForm.NOMEM;
import static dev.adjoint.cpu.asm.VectorForm.NOREG;
import static dev.adjoint.cpu.asm.VectorForm.OVM;
import static dev.adjoint.cpu.asm.VectorForm.P0F;
import static dev.adjoint.cpu.asm.VectorForm.P38;
import static dev.adjoint.cpu.asm.VectorForm.P3A;
import static dev.adjoint.cpu.asm.VectorForm.PD;
import static dev.adjoint.cpu.asm.VectorForm.PS;
import static dev.adjoint.cpu.asm.VectorForm.Q38;
import static dev.adjoint.cpu.asm.VectorForm.QVM;
import static dev.adjoint.cpu.asm.VectorForm.S;
import static dev.adjoint.cpu.asm.VectorForm.SD;
import static dev.adjoint.cpu.asm.VectorForm.SS;
import static dev.adjoint.cpu.asm.VectorForm.STORE;
import static dev.adjoint.cpu.asm.VectorForm.SWAP;
import static dev.adjoint.cpu.asm.VectorForm.V;
import static dev.adjoint.cpu.asm.VectorForm.V256;
import static dev.adjoint.cpu.asm.VectorForm.VE;
import static dev.adjoint.cpu.asm.VectorForm.VE256;
import static dev.adjoint.cpu.asm.VectorForm.VEX;
import static dev.adjoint.cpu.asm.VectorForm.VS;
import static dev.adjoint.cpu.asm.VectorForm.VSIB;
import static dev.adjoint.cpu.asm.VectorForm.VW;
import static dev.adjoint.cpu.asm.VectorForm.WQ38;

import java.util.Locale;

/**
 * The instructions with vectors and masks: a line has the forms of one, in the bits of {@link VectorForm}. A name is Intel's
 * mnemonic; what follows an underscore tells those apart whose operands are numbers of registers of another kind.
 */
public enum VectorOp {
  // Arithmetic of floats.
  VADDPS(VE | PS | 0x58),
  VADDPD(VE | PD | 0x58),
  VMULPS(VE | PS | 0x59),
  VMULPD(VE | PD | 0x59),
  VSUBPS(VE | PS | 0x5C),
  VSUBPD(VE | PD | 0x5C),
  VMINPS(VE | PS | 0x5D),
  VMINPD(VE | PD | 0x5D),
  VDIVPS(VE | PS | 0x5E),
  VDIVPD(VE | PD | 0x5E),
  VMAXPS(VE | PS | 0x5F),
  VMAXPD(VE | PD | 0x5F),
  VSQRTPS(VE | M0F | FULL | 0x51),
  VSQRTPD(VE | P0F | FULL | EW | 0x51),
  VFMADD132PS(VE | D38 | 0x98),
  VFMADD132PD(VE | WQ38 | 0x98),
  VFMADD213PS(VE | D38 | 0xA8),
  VFMADD213PD(VE | WQ38 | 0xA8),
  VFMADD231PS(VE | D38 | 0xB8),
  VFMADD231PD(VE | WQ38 | 0xB8),
  VFMADD231SS(S | P38 | NDS | N4 | 0xB9),
  VFMADD231SD(S | P38 | NDS | N8 | VW | EW | 0xB9),
  VDPBF16PS(E | F3 | M38 | NDS | FULL | 0x52),
  VANDPS(VE | PS | 0x54),
  VANDNPS(VE | PS | 0x55),
  VORPS(VE | PS | 0x56),
  VXORPS(VE | PS | 0x57),
  VXORPD(VE | PD | 0x57),

  // Comparisons of floats, into a vector and into a mask register, and what takes the result.
  VCMPPS(V | PS | IMM | 0xC2),
  VCMPPD(V | PD | IMM | 0xC2),
  VCMPPS_K(E | PS | KREG | IMM | 0xC2),
  VCMPPD_K(E | PD | KREG | IMM | 0xC2),
  VBLENDVPS(V | P3A | NDS | FVM | IS4 | 0x4A),
  VBLENDVPD(V | P3A | NDS | FVM | IS4 | 0x4B),
  VBLENDMPS(E | D38 | 0x65),
  VBLENDMPD(E | Q38 | 0x65),
  VPBLENDMD(E | D38 | 0x64),

  // Moves; _FROM_GPR reads a general register and _TO_GPR writes one.
  VMOVUPS(VE | M0F | FVM | SWAP | 0x10, VE | M0F | FVM | STORE | NOREG | 0x11),
  VMOVUPD(VE | P0F | EW | FVM | SWAP | 0x10, VE | P0F | EW | FVM | STORE | NOREG | 0x11),
  VMOVDQU8(E | F2 | M0F | FVM | 0x6F),
  VMOVDQU16(E | F2 | M0F | EW | FVM | 0x6F),
  VMOVSS(
      S | SS | NOMEM | SWAP | 0x10,
      S | F3 | M0F | N4 | STORE | NOREG | 0x11,
      S | F3 | M0F | N4 | NOREG | 0x10),
  VMOVSD(
      S | SD | NOMEM | SWAP | 0x10,
      S | F2 | M0F | N8 | EW | STORE | NOREG | 0x11,
      S | F2 | M0F | N8 | EW | NOREG | 0x10),
  VMOVD(S | P0F | N4 | NOREG | NOMASK | 0x6E, S | P0F | N4 | STORE | NOREG | NOMASK | 0x7E),
  VMOVD_FROM_GPR(S | P0F | GRM | NOMEM | NOMASK | 0x6E),
  VMOVD_TO_GPR(S | P0F | STORE | GRM | NOMEM | NOMASK | 0x7E),
  VMOVQ(
      VS | F3 | M0F | N8 | SWAP | 0x7E,
      VS | P0F | N8 | STORE | NOREG | 0xD6,
      ES | F3 | M0F | N8 | EW | NOMEM | NOMASK | 0x7E,
      ES | P0F | N8 | EW | NOREG | NOMASK | 0x6E,
      ES | P0F | N8 | EW | STORE | NOREG | NOMASK | 0x7E),
  VMOVQ_TO_GPR(S | P0F | VW | EW | STORE | GRM | NOMEM | NOMASK | 0x7E),
  VMOVNTPS(VE | M0F | FVM | STORE | NOREG | NOMASK | 0x2B),
  VMASKMOVPS(V | P38 | NDS | FVM | NOREG | 0x2C, V | P38 | FVM | STORE | LASTV | NOREG | 0x2E),
  VMASKMOVPD(V | P38 | NDS | FVM | NOREG | 0x2D, V | P38 | FVM | STORE | LASTV | NOREG | 0x2F),
  VGATHERDPS(VE | P38 | VSIB | N4 | 0x92),
  VGATHERDPD(VE | P38 | VSIB | N8 | VW | EW | 0x92),
  VGATHERQPS(VE | P38 | VSIB | N4 | 0x93),
  VGATHERQPD(VE | P38 | VSIB | N8 | VW | EW | 0x93),
  VMOVMSKPS(V | M0F | GREG | FVM | NOMEM | 0x50),
  VMOVMSKPD(V | P0F | GREG | FVM | NOMEM | 0x50),

  // Broadcasts and permutations.
  VBROADCASTSS(VE | P38 | N4 | 0x18),
  VBROADCASTSD(VE256 | P38 | N8 | EW | 0x19),
  VPBROADCASTD(VE | P38 | N4 | 0x58),
  VPBROADCASTQ(VE | P38 | N8 | EW | 0x59),
  VSHUFPS(VE | PS | IMM | 0xC6),
  VUNPCKLPS(VE | PS | 0x14),
  VUNPCKLPD(VE | PD | 0x14),
  VUNPCKHPS(VE | PS | 0x15),
  VUNPCKHPD(VE | PD | 0x15),
  VPUNPCKLWD(VE | P0F | NDS | FVM | 0x61),
  VPUNPCKLDQ(VE | D | 0x62),
  VINSERTF128(V256 | P3A | NDS | N16 | IMM | 0x18),
  VEXTRACTF128(V256 | P3A | STORE | N16 | IMM | 0x19),
  VINSERTF32X4(E256 | P3A | NDS | N16 | IMM | 0x18),
  VINSERTF64X4(E512 | P3A | NDS | N32 | EW | IMM | 0x1A),
  VEXTRACTF32X4(E256 | P3A | STORE | N16 | IMM | 0x19),
  VEXTRACTF64X4(E512 | P3A | STORE | N32 | EW | IMM | 0x1B),
  VPERMQ(VE256 | P3A | FULL | VW | EW | IMM | 0x00, E256 | Q38 | 0x36),
  VPERMT2PS(E | D38 | 0x7F),
  VPINSRD(S | P3A | NDS | GRM | N4 | IMM | NOMASK | 0x22),
  VPINSRQ(S | P3A | NDS | GRM | N8 | VW | EW | IMM | NOMASK | 0x22),
  VPEXTRD(S | P3A | STORE | N4 | IMM | NOREG | NOMASK | 0x16),
  VPEXTRQ(S | P3A | STORE | N8 | VW | EW | IMM | NOREG | NOMASK | 0x16),
  VPERMW(E | P38 | NDS | EW | FVM | 0x8D),
  VPSHUFB(VE | P38 | NDS | FVM | 0x00),
  VPSHUFD(VE | P0F | FULL | IMM | 0x70),

  // Conversions; _32 and _64 are the bits of the general register.
  VCVTTPS2DQ(VE | F3 | M0F | FULL | 0x5B),
  VCVTDQ2PS(VE | M0F | FULL | 0x5B),
  VCVTTPD2DQ(VE | P0F | FULL | EW | 0xE6),
  VCVTDQ2PD(VE | F3 | M0F | HALF | 0xE6),
  VCVTPS2PD(VE | M0F | HALF | 0x5A),
  VCVTPD2PS(VE | P0F | FULL | EW | 0x5A),
  VCVTTPD2QQ(E | P0F | FULL | EW | 0x7A),
  VCVTQQ2PD(E | F3 | M0F | FULL | EW | 0xE6),
  VCVTQQ2PS(E | M0F | FULL | EW | 0x5B),
  VCVTPH2PS(VE | P38 | HVM | 0x13),
  VCVTPS2PH(VE | P3A | STORE | HVM | IMM | 0x1D),
  VCVTNE2PS2BF16(E | F2 | M38 | NDS | FULL | 0x72),
  VCVTSI2SS_64(S | F3 | M0F | NDS | GRM | N8 | VW | EW | NOMASK | 0x2A),
  VCVTTSD2SI_64(S | F2 | M0F | GREG | N8 | VW | EW | NOMASK | 0x2C),
  VCVTSI2SD_64(S | F2 | M0F | NDS | GRM | N8 | VW | EW | NOMASK | 0x2A),
  VPMOVZXBD(VE | P38 | QVM | 0x31),
  VPMOVZXBQ(VE | P38 | OVM | 0x32),
  VPMOVZXWD(VE | P38 | HVM | 0x33),
  VPMOVSXDQ(VE | P38 | HVM | 0x25),
  VPMOVZXDQ(VE | P38 | HVM | 0x35),
  VPMOVDB(E | F3 | M38 | STORE | QVM | 0x31),
  VPMOVDW(E | F3 | M38 | STORE | HVM | 0x33),
  VPMOVQD(E | F3 | M38 | STORE | HVM | 0x35),

  // Integers.
  VPADDD(VE | D | 0xFE),
  VPADDQ(VE | PD | 0xD4),
  VPSUBD(VE | D | 0xFA),
  VPSUBQ(VE | PD | 0xFB),
  VPMULLD(VE | D38 | 0x40),
  VPMULLQ(E | Q38 | 0x40),
  VPMULUDQ(VE | PD | 0xF4),
  VPDPBUSD(E | D38 | 0x50),
  VPMINSD(VE | D38 | 0x39),
  VPMINSQ(E | Q38 | 0x39),
  VPMINUD(VE | D38 | 0x3B),
  VPMAXSD(VE | D38 | 0x3D),
  VPMAXSQ(E | Q38 | 0x3D),
  VPMAXUD(VE | D38 | 0x3F),
  VPABSD(VE | P38 | FULL | 0x1E),
  VPABSQ(E | P38 | FULL | EW | 0x1F),
  VPSLLD(VE | P0F | NDS | N16 | 0xF2, VE | P0F | NDD | FULL | IMM | DIGIT6 | 0x72),
  VPSLLQ(VE | P0F | NDS | N16 | EW | 0xF3, VE | P0F | NDD | FULL | IMM | EW | DIGIT6 | 0x73),
  VPSRLD(VE | P0F | NDS | N16 | 0xD2, VE | P0F | NDD | FULL | IMM | DIGIT2 | 0x72),
  VPSRLQ(VE | P0F | NDS | N16 | EW | 0xD3, VE | P0F | NDD | FULL | IMM | EW | DIGIT2 | 0x73),
  VPSRAD(VE | P0F | NDS | N16 | 0xE2, VE | P0F | NDD | FULL | IMM | DIGIT4 | 0x72),
  VPSRAQ(E | P0F | NDS | N16 | EW | 0xE2, E | P0F | NDD | FULL | IMM | EW | DIGIT4 | 0x72),
  VPSRLVD(VE | D38 | 0x45),
  VPSRLVQ(VE | WQ38 | 0x45),
  VPSRAVD(VE | D38 | 0x46),
  VPSRAVQ(E | WQ38 | 0x46),
  VPSLLVD(VE | D38 | 0x47),
  VPSLLVQ(VE | WQ38 | 0x47),
  VPCMPEQD(V | P0F | NDS | FVM | 0x76),
  VPCMPEQQ(V | P38 | NDS | FVM | 0x29),
  VPCMPGTD(V | P0F | NDS | FVM | 0x66),
  VPCMPGTQ(V | P38 | NDS | FVM | 0x37),
  VPCMPD(E | P3A | NDS | KREG | FULL | IMM | 0x1F),
  VPCMPQ(E | P3A | NDS | KREG | FULL | EW | IMM | 0x1F),
  VPCMPUD(E | P3A | NDS | KREG | FULL | IMM | 0x1E),
  VPTESTMD(E | D38 | KREG | 0x27),
  VPTESTMQ(E | Q38 | KREG | 0x27),

  // Mask registers. Those between them have no width: 0 stands for it.
  VPMOVD2M(E | F3 | M38 | KREG | FVM | NOMEM | NOMASK | 0x39),
  VPMOVM2D(E | F3 | M38 | KRM | NOMEM | NOMASK | 0x38),
  VPMOVM2Q(E | F3 | M38 | EW | KRM | NOMEM | NOMASK | 0x38),
  KMOVW(KW | KREG | KRM | N2 | 0x90, KW | KREG | KRM | N2 | STORE | NOREG | 0x91),
  KMOVW_FROM_GPR(KW | KREG | GRM | NOMEM | 0x92),
  KMOVW_TO_GPR(KW | GREG | KRM | NOMEM | 0x93),
  KMOVQ_FROM_GPR(KQ | F2 | KREG | GRM | NOMEM | 0x92),
  KMOVQ(KQ | KREG | KRM | N8 | 0x90, KQ | KREG | KRM | N8 | STORE | NOREG | 0x91),
  KANDW(KW | K3 | 0x41),
  KANDNW(KW | K3 | 0x42),
  KNOTW(KW | K2 | 0x44),
  KORW(KW | K3 | 0x45),
  KXNORW(KW | K3 | 0x46),
  KXORW(KW | K3 | 0x47),
  KSHIFTLW(VEX | P3A | VW | K2 | IMM | 0x32);

  /** The ways to encode it, of which the first that takes the operands is used. */
  final long[] forms;

  VectorOp(long... forms) {
    this.forms = forms;
  }

  /** What an assembler calls it. */
  String mnemonic() {
    int end = name().indexOf('_');
    return (end < 0 ? name() : name().substring(0, end)).toLowerCase(Locale.ROOT);
  }
}
