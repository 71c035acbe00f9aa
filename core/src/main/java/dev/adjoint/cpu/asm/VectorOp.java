package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.VectorForm.D;
import static dev.adjoint.cpu.asm.VectorForm.D38;
import static dev.adjoint.cpu.asm.VectorForm.DIGIT2;
import static dev.adjoint.cpu.asm.VectorForm.DIGIT3;
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
import static dev.adjoint.cpu.asm.VectorForm.KB;
import static dev.adjoint.cpu.asm.VectorForm.KD;
import static dev.adjoint.cpu.asm.VectorForm.KQ;
import static dev.adjoint.cpu.asm.VectorForm.KREG;
import static dev.adjoint.cpu.asm.VectorForm.KRM;
import static dev.adjoint.cpu.asm.VectorForm.KW;
import static dev.adjoint.cpu.asm.VectorForm.LASTV;
import static dev.adjoint.cpu.asm.VectorForm.M0F;
import static dev.adjoint.cpu.asm.VectorForm.M38;
import static dev.adjoint.cpu.asm.VectorForm.N1;
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
  VADDSS(S | SS | 0x58),
  VADDSD(S | SD | 0x58),
  VMULPS(VE | PS | 0x59),
  VMULPD(VE | PD | 0x59),
  VMULSS(S | SS | 0x59),
  VMULSD(S | SD | 0x59),
  VSUBPS(VE | PS | 0x5C),
  VSUBPD(VE | PD | 0x5C),
  VSUBSS(S | SS | 0x5C),
  VSUBSD(S | SD | 0x5C),
  VMINPS(VE | PS | 0x5D),
  VMINPD(VE | PD | 0x5D),
  VMINSS(S | SS | 0x5D),
  VMINSD(S | SD | 0x5D),
  VDIVPS(VE | PS | 0x5E),
  VDIVPD(VE | PD | 0x5E),
  VDIVSS(S | SS | 0x5E),
  VDIVSD(S | SD | 0x5E),
  VMAXPS(VE | PS | 0x5F),
  VMAXPD(VE | PD | 0x5F),
  VMAXSS(S | SS | 0x5F),
  VMAXSD(S | SD | 0x5F),
  VSQRTPS(VE | M0F | FULL | 0x51),
  VSQRTPD(VE | P0F | FULL | EW | 0x51),
  VSQRTSS(S | SS | 0x51),
  VSQRTSD(S | SD | 0x51),
  VFMADD132PS(VE | D38 | 0x98),
  VFMADD132PD(VE | WQ38 | 0x98),
  VFMADD132SS(S | P38 | NDS | N4 | 0x99),
  VFMADD132SD(S | P38 | NDS | N8 | VW | EW | 0x99),
  VFMADD213PS(VE | D38 | 0xA8),
  VFMADD213PD(VE | WQ38 | 0xA8),
  VFMADD213SS(S | P38 | NDS | N4 | 0xA9),
  VFMADD213SD(S | P38 | NDS | N8 | VW | EW | 0xA9),
  VFMADD231PS(VE | D38 | 0xB8),
  VFMADD231PD(VE | WQ38 | 0xB8),
  VFMADD231SS(S | P38 | NDS | N4 | 0xB9),
  VFMADD231SD(S | P38 | NDS | N8 | VW | EW | 0xB9),
  VANDPS(VE | PS | 0x54),
  VANDPD(VE | PD | 0x54),
  VANDNPS(VE | PS | 0x55),
  VANDNPD(VE | PD | 0x55),
  VORPS(VE | PS | 0x56),
  VORPD(VE | PD | 0x56),
  VXORPS(VE | PS | 0x57),
  VXORPD(VE | PD | 0x57),
  VROUNDPS(V | P3A | FVM | IMM | 0x08),
  VROUNDPD(V | P3A | FVM | IMM | 0x09),
  VRNDSCALEPS(E | P3A | FULL | IMM | 0x08),
  VRNDSCALEPD(E | P3A | FULL | EW | IMM | 0x09),
  VDPBF16PS(E | F3 | M38 | NDS | FULL | 0x52),

  // Comparisons of floats, into a vector and into a mask register, and what takes the result.
  VCMPPS(V | PS | IMM | 0xC2),
  VCMPPD(V | PD | IMM | 0xC2),
  VCMPSS(VS | SS | IMM | 0xC2),
  VCMPSD(VS | SD | IMM | 0xC2),
  VCMPPS_K(E | PS | KREG | IMM | 0xC2),
  VCMPPD_K(E | PD | KREG | IMM | 0xC2),
  VCMPSS_K(ES | SS | KREG | IMM | 0xC2),
  VCMPSD_K(ES | SD | KREG | IMM | 0xC2),
  VBLENDVPS(V | P3A | NDS | FVM | IS4 | 0x4A),
  VBLENDVPD(V | P3A | NDS | FVM | IS4 | 0x4B),
  VPBLENDVB(V | P3A | NDS | FVM | IS4 | 0x4C),
  VPBLENDD(V | P3A | NDS | FVM | IMM | 0x02),
  VBLENDMPS(E | D38 | 0x65),
  VBLENDMPD(E | Q38 | 0x65),
  VPBLENDMD(E | D38 | 0x64),
  VPBLENDMQ(E | Q38 | 0x64),

  // Moves; _FROM_GPR reads a general register and _TO_GPR writes one.
  VMOVUPS(VE | M0F | FVM | SWAP | 0x10, VE | M0F | FVM | STORE | NOREG | 0x11),
  VMOVUPD(VE | P0F | EW | FVM | SWAP | 0x10, VE | P0F | EW | FVM | STORE | NOREG | 0x11),
  VMOVAPS(VE | M0F | FVM | SWAP | 0x28, VE | M0F | FVM | STORE | NOREG | 0x29),
  VMOVDQU(V | F3 | M0F | FVM | SWAP | 0x6F, V | F3 | M0F | FVM | STORE | NOREG | 0x7F),
  VMOVDQU32(E | F3 | M0F | FVM | SWAP | 0x6F, E | F3 | M0F | FVM | STORE | NOREG | 0x7F),
  VMOVDQU64(E | F3 | M0F | EW | FVM | SWAP | 0x6F, E | F3 | M0F | EW | FVM | STORE | NOREG | 0x7F),
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
  VMOVQ_FROM_GPR(S | P0F | VW | EW | GRM | NOMEM | NOMASK | 0x6E),
  VMOVQ_TO_GPR(S | P0F | VW | EW | STORE | GRM | NOMEM | NOMASK | 0x7E),
  VMOVNTPS(VE | M0F | FVM | STORE | NOREG | NOMASK | 0x2B),
  VMOVNTDQ(VE | P0F | FVM | STORE | NOREG | NOMASK | 0xE7),
  VMASKMOVPS(V | P38 | NDS | FVM | NOREG | 0x2C, V | P38 | FVM | STORE | LASTV | NOREG | 0x2E),
  VMASKMOVPD(V | P38 | NDS | FVM | NOREG | 0x2D, V | P38 | FVM | STORE | LASTV | NOREG | 0x2F),
  VPMASKMOVD(V | P38 | NDS | FVM | NOREG | 0x8C, V | P38 | FVM | STORE | LASTV | NOREG | 0x8E),
  VPMASKMOVQ(
      V | P38 | VW | NDS | FVM | NOREG | 0x8C, V | P38 | VW | FVM | STORE | LASTV | NOREG | 0x8E),
  VGATHERDPS(VE | P38 | VSIB | N4 | 0x92),
  VGATHERDPD(VE | P38 | VSIB | N8 | VW | EW | 0x92),
  VGATHERQPS(VE | P38 | VSIB | N4 | 0x93),
  VGATHERQPD(VE | P38 | VSIB | N8 | VW | EW | 0x93),
  VPGATHERDD(VE | P38 | VSIB | N4 | 0x90),
  VPGATHERDQ(VE | P38 | VSIB | N8 | VW | EW | 0x90),
  VPGATHERQD(VE | P38 | VSIB | N4 | 0x91),
  VPGATHERQQ(VE | P38 | VSIB | N8 | VW | EW | 0x91),
  VMOVMSKPS(V | M0F | GREG | FVM | NOMEM | 0x50),
  VMOVMSKPD(V | P0F | GREG | FVM | NOMEM | 0x50),
  VPMOVMSKB(V | P0F | GREG | FVM | NOMEM | 0xD7),

  // Broadcasts and permutations.
  VBROADCASTSS(VE | P38 | N4 | 0x18),
  VBROADCASTSD(VE256 | P38 | N8 | EW | 0x19),
  VPBROADCASTB(VE | P38 | N1 | 0x78),
  VPBROADCASTW(VE | P38 | N2 | 0x79),
  VPBROADCASTD(VE | P38 | N4 | 0x58),
  VPBROADCASTQ(VE | P38 | N8 | EW | 0x59),
  VPBROADCASTB_FROM_GPR(E | P38 | GRM | NOMEM | 0x7A),
  VPBROADCASTW_FROM_GPR(E | P38 | GRM | NOMEM | 0x7B),
  VPBROADCASTD_FROM_GPR(E | P38 | GRM | NOMEM | 0x7C),
  VPBROADCASTQ_FROM_GPR(E | P38 | EW | GRM | NOMEM | 0x7C),
  VPERMILPS(VE | D38 | 0x0C, VE | P3A | FULL | IMM | 0x04),
  VPERMILPD(VE | Q38 | 0x0D, VE | P3A | FULL | EW | IMM | 0x05),
  VSHUFPS(VE | PS | IMM | 0xC6),
  VSHUFPD(VE | PD | IMM | 0xC6),
  VUNPCKLPS(VE | PS | 0x14),
  VUNPCKLPD(VE | PD | 0x14),
  VUNPCKHPS(VE | PS | 0x15),
  VUNPCKHPD(VE | PD | 0x15),
  VPUNPCKLBW(VE | P0F | NDS | FVM | 0x60),
  VPUNPCKLWD(VE | P0F | NDS | FVM | 0x61),
  VPUNPCKLDQ(VE | D | 0x62),
  VPUNPCKLQDQ(VE | PD | 0x6C),
  VPUNPCKHBW(VE | P0F | NDS | FVM | 0x68),
  VPUNPCKHWD(VE | P0F | NDS | FVM | 0x69),
  VPUNPCKHDQ(VE | D | 0x6A),
  VPUNPCKHQDQ(VE | PD | 0x6D),
  VINSERTF128(V256 | P3A | NDS | N16 | IMM | 0x18),
  VEXTRACTF128(V256 | P3A | STORE | N16 | IMM | 0x19),
  VINSERTF32X4(E256 | P3A | NDS | N16 | IMM | 0x18),
  VEXTRACTF32X4(E256 | P3A | STORE | N16 | IMM | 0x19),
  VINSERTF64X4(E512 | P3A | NDS | N32 | EW | IMM | 0x1A),
  VEXTRACTF64X4(E512 | P3A | STORE | N32 | EW | IMM | 0x1B),
  VINSERTI128(V256 | P3A | NDS | N16 | IMM | 0x38),
  VEXTRACTI128(V256 | P3A | STORE | N16 | IMM | 0x39),
  VINSERTI32X4(E256 | P3A | NDS | N16 | IMM | 0x38),
  VEXTRACTI32X4(E256 | P3A | STORE | N16 | IMM | 0x39),
  VINSERTI64X4(E512 | P3A | NDS | N32 | EW | IMM | 0x3A),
  VEXTRACTI64X4(E512 | P3A | STORE | N32 | EW | IMM | 0x3B),
  VPERM2F128(V256 | P3A | NDS | FVM | IMM | 0x06),
  VPERMQ(VE256 | P3A | FULL | VW | EW | IMM | 0x00, E256 | Q38 | 0x36),
  VPERMPD(VE256 | P3A | FULL | VW | EW | IMM | 0x01, E256 | Q38 | 0x16),
  VPERMD(VE256 | D38 | 0x36),
  VPERMPS(VE256 | D38 | 0x16),
  VPERMI2D(E | D38 | 0x76),
  VPERMI2Q(E | Q38 | 0x76),
  VPERMI2PS(E | D38 | 0x77),
  VPERMI2PD(E | Q38 | 0x77),
  VPERMT2D(E | D38 | 0x7E),
  VPERMT2Q(E | Q38 | 0x7E),
  VPERMT2PS(E | D38 | 0x7F),
  VPERMT2PD(E | Q38 | 0x7F),
  VSHUFF32X4(E256 | P3A | NDS | FULL | IMM | 0x23),
  VSHUFF64X2(E256 | P3A | NDS | FULL | EW | IMM | 0x23),
  VSHUFI32X4(E256 | P3A | NDS | FULL | IMM | 0x43),
  VSHUFI64X2(E256 | P3A | NDS | FULL | EW | IMM | 0x43),
  VMOVHLPS(S | M0F | NDS | NOMEM | NOMASK | 0x12),
  VMOVSHDUP(VE | F3 | M0F | FVM | 0x16),
  VINSERTPS(S | P3A | NDS | N4 | IMM | NOMASK | 0x21),
  VPINSRB(S | P3A | NDS | GRM | N1 | IMM | NOMASK | 0x20),
  VPINSRW(S | P0F | NDS | GRM | N2 | IMM | NOMASK | 0xC4),
  VPINSRD(S | P3A | NDS | GRM | N4 | IMM | NOMASK | 0x22),
  VPINSRQ(S | P3A | NDS | GRM | N8 | VW | EW | IMM | NOMASK | 0x22),
  VPEXTRB(S | P3A | STORE | GRM | N1 | IMM | NOMASK | 0x14),
  VPEXTRW(
      S | P0F | GREG | NOMEM | IMM | NOMASK | 0xC5,
      S | P3A | STORE | NOREG | N2 | IMM | NOMASK | 0x15),
  VPEXTRD(S | P3A | STORE | GRM | N4 | IMM | NOMASK | 0x16),
  VPEXTRQ(S | P3A | STORE | GRM | N8 | VW | EW | IMM | NOMASK | 0x16),
  VPSHUFB(VE | P38 | NDS | FVM | 0x00),
  VPSHUFD(VE | P0F | FULL | IMM | 0x70),
  VPALIGNR(VE | P3A | NDS | FVM | IMM | 0x0F),

  // Conversions; _32 and _64 are the bits of the general register.
  VCVTTPS2DQ(VE | F3 | M0F | FULL | 0x5B),
  VCVTDQ2PS(VE | M0F | FULL | 0x5B),
  VCVTTPD2DQ(VE | P0F | FULL | EW | 0xE6),
  VCVTDQ2PD(VE | F3 | M0F | HALF | 0xE6),
  VCVTPS2PD(VE | M0F | HALF | 0x5A),
  VCVTPD2PS(VE | P0F | FULL | EW | 0x5A),
  VCVTTPS2QQ(E | P0F | HALF | 0x7A),
  VCVTTPD2QQ(E | P0F | FULL | EW | 0x7A),
  VCVTQQ2PD(E | F3 | M0F | FULL | EW | 0xE6),
  VCVTQQ2PS(E | M0F | FULL | EW | 0x5B),
  VCVTPH2PS(VE | P38 | HVM | 0x13),
  VCVTPS2PH(VE | P3A | STORE | HVM | IMM | 0x1D),
  VCVTNEPS2BF16(E | F3 | M38 | FULL | 0x72),
  VCVTTSS2SI_32(S | F3 | M0F | GREG | N4 | NOMASK | 0x2C),
  VCVTTSS2SI_64(S | F3 | M0F | GREG | N4 | VW | EW | NOMASK | 0x2C),
  VCVTSI2SS_32(S | F3 | M0F | NDS | GRM | N4 | NOMASK | 0x2A),
  VCVTSI2SS_64(S | F3 | M0F | NDS | GRM | N8 | VW | EW | NOMASK | 0x2A),
  VCVTTSD2SI_32(S | F2 | M0F | GREG | N8 | NOMASK | 0x2C),
  VCVTTSD2SI_64(S | F2 | M0F | GREG | N8 | VW | EW | NOMASK | 0x2C),
  VCVTSI2SD_32(S | F2 | M0F | NDS | GRM | N4 | NOMASK | 0x2A),
  VCVTSI2SD_64(S | F2 | M0F | NDS | GRM | N8 | VW | EW | NOMASK | 0x2A),
  VPMOVZXBW(VE | P38 | HVM | 0x30),
  VPMOVZXBD(VE | P38 | QVM | 0x31),
  VPMOVZXBQ(VE | P38 | OVM | 0x32),
  VPMOVZXWD(VE | P38 | HVM | 0x33),
  VPMOVZXWQ(VE | P38 | QVM | 0x34),
  VPMOVZXDQ(VE | P38 | HVM | 0x35),
  VPMOVSXBW(VE | P38 | HVM | 0x20),
  VPMOVSXBD(VE | P38 | QVM | 0x21),
  VPMOVSXBQ(VE | P38 | OVM | 0x22),
  VPMOVSXWD(VE | P38 | HVM | 0x23),
  VPMOVSXWQ(VE | P38 | QVM | 0x24),
  VPMOVSXDQ(VE | P38 | HVM | 0x25),
  VPMOVDB(E | F3 | M38 | STORE | QVM | 0x31),
  VPMOVQB(E | F3 | M38 | STORE | OVM | 0x32),
  VPMOVDW(E | F3 | M38 | STORE | HVM | 0x33),
  VPMOVQW(E | F3 | M38 | STORE | QVM | 0x34),
  VPMOVQD(E | F3 | M38 | STORE | HVM | 0x35),
  VPACKSSDW(VE | D | 0x6B),
  VPACKUSDW(VE | D38 | 0x2B),
  VPACKSSWB(VE | P0F | NDS | FVM | 0x63),
  VPACKUSWB(VE | P0F | NDS | FVM | 0x67),

  // Integers.
  VPADDD(VE | D | 0xFE),
  VPADDQ(VE | PD | 0xD4),
  VPSUBD(VE | D | 0xFA),
  VPSUBQ(VE | PD | 0xFB),
  VPMULLD(VE | D38 | 0x40),
  VPMULLQ(E | Q38 | 0x40),
  VPMULUDQ(VE | PD | 0xF4),
  VPMULDQ(VE | Q38 | 0x28),
  VPMINSD(VE | D38 | 0x39),
  VPMINSQ(E | Q38 | 0x39),
  VPMINUD(VE | D38 | 0x3B),
  VPMINUQ(E | Q38 | 0x3B),
  VPMAXSD(VE | D38 | 0x3D),
  VPMAXSQ(E | Q38 | 0x3D),
  VPMAXUD(VE | D38 | 0x3F),
  VPMAXUQ(E | Q38 | 0x3F),
  VPABSD(VE | P38 | FULL | 0x1E),
  VPABSQ(E | P38 | FULL | EW | 0x1F),
  VPDPBUSD(E | D38 | 0x50),
  VPAND(V | P0F | NDS | FVM | 0xDB),
  VPANDD(E | D | 0xDB),
  VPANDQ(E | PD | 0xDB),
  VPANDN(V | P0F | NDS | FVM | 0xDF),
  VPANDND(E | D | 0xDF),
  VPANDNQ(E | PD | 0xDF),
  VPOR(V | P0F | NDS | FVM | 0xEB),
  VPORD(E | D | 0xEB),
  VPORQ(E | PD | 0xEB),
  VPXOR(V | P0F | NDS | FVM | 0xEF),
  VPXORD(E | D | 0xEF),
  VPXORQ(E | PD | 0xEF),
  VPTERNLOGD(E | P3A | NDS | FULL | IMM | 0x25),
  VPTERNLOGQ(E | P3A | NDS | FULL | EW | IMM | 0x25),
  VPSLLD(VE | P0F | NDS | N16 | 0xF2, VE | P0F | NDD | FULL | IMM | DIGIT6 | 0x72),
  VPSLLQ(VE | P0F | NDS | N16 | EW | 0xF3, VE | P0F | NDD | FULL | IMM | EW | DIGIT6 | 0x73),
  VPSRLD(VE | P0F | NDS | N16 | 0xD2, VE | P0F | NDD | FULL | IMM | DIGIT2 | 0x72),
  VPSRLQ(VE | P0F | NDS | N16 | EW | 0xD3, VE | P0F | NDD | FULL | IMM | EW | DIGIT2 | 0x73),
  VPSRAD(VE | P0F | NDS | N16 | 0xE2, VE | P0F | NDD | FULL | IMM | DIGIT4 | 0x72),
  VPSRAQ(E | P0F | NDS | N16 | EW | 0xE2, E | P0F | NDD | FULL | IMM | EW | DIGIT4 | 0x72),
  VPSRLDQ(VE | P0F | NDD | FVM | IMM | NOMASK | DIGIT3 | 0x73),
  VPSRLVD(VE | D38 | 0x45),
  VPSRLVQ(VE | WQ38 | 0x45),
  VPSRAVD(VE | D38 | 0x46),
  VPSRAVQ(E | WQ38 | 0x46),
  VPSLLVD(VE | D38 | 0x47),
  VPSLLVQ(VE | WQ38 | 0x47),
  VPCMPEQB(V | P0F | NDS | FVM | 0x74),
  VPCMPEQW(V | P0F | NDS | FVM | 0x75),
  VPCMPEQD(V | P0F | NDS | FVM | 0x76),
  VPCMPEQQ(V | P38 | NDS | FVM | 0x29),
  VPCMPGTD(V | P0F | NDS | FVM | 0x66),
  VPCMPGTQ(V | P38 | NDS | FVM | 0x37),
  VPCMPD(E | P3A | NDS | KREG | FULL | IMM | 0x1F),
  VPCMPQ(E | P3A | NDS | KREG | FULL | EW | IMM | 0x1F),
  VPCMPUD(E | P3A | NDS | KREG | FULL | IMM | 0x1E),
  VPCMPUQ(E | P3A | NDS | KREG | FULL | EW | IMM | 0x1E),
  VPTESTMD(E | D38 | KREG | 0x27),
  VPTESTMQ(E | Q38 | KREG | 0x27),
  VPTEST(V | P38 | FVM | 0x17),

  // Mask registers. Those between them have no width: 0 stands for it.
  VPMOVD2M(E | F3 | M38 | KREG | FVM | NOMEM | NOMASK | 0x39),
  VPMOVM2D(E | F3 | M38 | KRM | NOMEM | NOMASK | 0x38),
  VPMOVQ2M(E | F3 | M38 | EW | KREG | FVM | NOMEM | NOMASK | 0x39),
  VPMOVM2Q(E | F3 | M38 | EW | KRM | NOMEM | NOMASK | 0x38),
  KMOVB(KB | KREG | KRM | N1 | 0x90, KB | KREG | KRM | N1 | STORE | NOREG | 0x91),
  KMOVB_FROM_GPR(KB | KREG | GRM | NOMEM | 0x92),
  KMOVB_TO_GPR(KB | GREG | KRM | NOMEM | 0x93),
  KMOVW(KW | KREG | KRM | N2 | 0x90, KW | KREG | KRM | N2 | STORE | NOREG | 0x91),
  KMOVW_FROM_GPR(KW | KREG | GRM | NOMEM | 0x92),
  KMOVW_TO_GPR(KW | GREG | KRM | NOMEM | 0x93),
  KMOVD(KD | KREG | KRM | N4 | 0x90, KD | KREG | KRM | N4 | STORE | NOREG | 0x91),
  KMOVD_FROM_GPR(VEX | F2 | M0F | KREG | GRM | NOMEM | 0x92),
  KMOVD_TO_GPR(VEX | F2 | M0F | GREG | KRM | NOMEM | 0x93),
  KMOVQ(KQ | KREG | KRM | N8 | 0x90, KQ | KREG | KRM | N8 | STORE | NOREG | 0x91),
  KMOVQ_FROM_GPR(VEX | F2 | M0F | VW | KREG | GRM | NOMEM | 0x92),
  KMOVQ_TO_GPR(VEX | F2 | M0F | VW | GREG | KRM | NOMEM | 0x93),
  KANDB(KB | K3 | 0x41),
  KANDW(KW | K3 | 0x41),
  KANDD(KD | K3 | 0x41),
  KANDQ(KQ | K3 | 0x41),
  KANDNB(KB | K3 | 0x42),
  KANDNW(KW | K3 | 0x42),
  KANDND(KD | K3 | 0x42),
  KANDNQ(KQ | K3 | 0x42),
  KNOTB(KB | K2 | 0x44),
  KNOTW(KW | K2 | 0x44),
  KNOTD(KD | K2 | 0x44),
  KNOTQ(KQ | K2 | 0x44),
  KORB(KB | K3 | 0x45),
  KORW(KW | K3 | 0x45),
  KORD(KD | K3 | 0x45),
  KORQ(KQ | K3 | 0x45),
  KXNORB(KB | K3 | 0x46),
  KXNORW(KW | K3 | 0x46),
  KXNORD(KD | K3 | 0x46),
  KXNORQ(KQ | K3 | 0x46),
  KXORB(KB | K3 | 0x47),
  KXORW(KW | K3 | 0x47),
  KXORD(KD | K3 | 0x47),
  KXORQ(KQ | K3 | 0x47),
  KORTESTB(KB | K2 | 0x98),
  KORTESTW(KW | K2 | 0x98),
  KORTESTD(KD | K2 | 0x98),
  KORTESTQ(KQ | K2 | 0x98),
  KSHIFTRW(VEX | P3A | VW | K2 | IMM | 0x30),
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
