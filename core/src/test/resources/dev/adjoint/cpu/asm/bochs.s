# The ROM of a PC that makes calls: 64 KB at the end of the first 4 GB. It turns on 64 bits and AVX-512 and then calls
# functions, as said at the beginning of an image of memory. See Bochs.java, which has the same numbers.
  .intel_syntax noprefix
  .set ROM, 0xFFFF0000
  .set IMAGE, 0x1000000
  .set NEXT, IMAGE                # the address of the next call
  .set END, IMAGE + 8             # the address behind the last
  .set BLOCKS, IMAGE + 16         # how many blocks the image has
  .set STATE, IMAGE + 24          # how it ended
  .set VECTOR, IMAGE + 32         # the number of an exception
  .set STACK, IMAGE + 40          # what the exception left on the stack, of two words
  .set TOP, IMAGE + 0x10000       # where the stack begins

  .code16
start:
  cli
  data32 lgdt cs:[descriptors - start]
  mov eax, cr0
  or eax, 1                       # protected mode
  mov cr0, eax
  .byte 0x66, 0xEA                # a jump to a segment
  .long ROM + of32 - start
  .word 8

  .code32
of32:
  mov ax, 16
  mov ds, ax
  mov es, ax
  mov ss, ax
  # Bochs reads the image behind its first block, to the blocks that it hands out next; so they are used in order, before others.
  mov esi, IMAGE
  mov ecx, [BLOCKS]
touch:
  mov al, [esi]
  add esi, 0x20000
  loop touch
  mov eax, cr4
  or eax, 0x40620                 # PAE, OSFXSR, OSXMMEXCPT, OSXSAVE
  mov cr4, eax
  mov eax, ROM + pages - start
  mov cr3, eax
  mov ecx, 0xC0000080             # EFER
  rdmsr
  or eax, 0x100                   # long mode
  wrmsr
  mov eax, cr0
  and eax, ~4                     # floats are not emulated
  or eax, 0x80000002              # paging
  mov cr0, eax
  .byte 0xEA
  .long ROM + of64 - start
  .word 24

  .code64
of64:
  xor ecx, ecx
  xor edx, edx
  mov eax, 0xE7                   # the registers of SSE, AVX and AVX-512
  xsetbv
  lidt handlers[rip]
  mov rsp, TOP
next:
  mov rax, [NEXT]
  cmp rax, [END]
  mov ecx, 1
  je stop
  mov rdi, [rax + 8]
  mov rsi, [rax + 16]
  mov rdx, [rax + 24]
  mov rcx, [rax + 32]
  mov r8, [rax + 40]
  mov r9, [rax + 48]
  mov rbx, 0x1234567
  mov rbp, 0x2345678
  mov r12, 0x3456789
  mov r13, 0x456789A
  mov r14, 0x56789AB
  mov r15, 0x6789ABC
  call [rax]
  mov r10, [NEXT]
  mov [r10], rax
  xor rbx, 0x1234567
  xor rbp, 0x2345678
  xor r12, 0x3456789
  xor r13, 0x456789A
  xor r14, 0x56789AB
  xor r15, 0x6789ABC
  mov rax, rsp
  xor rax, TOP
  or rax, rbx
  or rax, rbp
  or rax, r12
  or rax, r13
  or rax, r14
  or rax, r15
  mov ecx, 2
  jne stop
  add qword ptr [NEXT], 56
  jmp next
stop:
  mov [STATE], rcx
  xchg bx, bx                     # the debugger stops here
  hlt

exception:
  pop [VECTOR]
  pop [STACK]
  pop [STACK + 8]
  mov ecx, 3
  jmp stop

  .balign 8
stubs:                            # of 8 bytes each
  .set vector, 0
  .rept 32
  push vector
  jmp exception
  .balign 8
  .set vector, vector + 1
  .endr

  .balign 8
segments:                         # code of 32 bits, data, code of 64 bits
  .quad 0, 0x00CF9A000000FFFF, 0x00CF92000000FFFF, 0x00AF9A000000FFFF
descriptors:
  .word 31
  .long ROM + segments - start
handlers:
  .word 16 * 32 - 1
  .quad ROM + gates - start
  .balign 8
gates:
  .set vector, 0
  .rept 32
  .word stubs - start + 8 * vector, 24, 0x8E00, ROM >> 16
  .quad 0
  .set vector, vector + 1
  .endr

  .balign 4096
pages:                            # the first 4 GB are where they are, in pages of 1 GB
  .quad ROM + gigabytes - start + 0x23
  .balign 4096
gigabytes:
  .quad 0x000000E3, 0x400000E3, 0x800000E3, 0xC00000E3
  .balign 4096

  .org 0xFFF0                     # where the processor starts
  .code16
  jmp start
  .org 0x10000
