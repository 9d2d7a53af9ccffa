# Toolchain of preset neon: Debian's cross compiler for AArch64, whose programs run here under emulation (scripts/setup neon).
# Libraries are those of Debian's arm64 packages, under /usr/lib/aarch64-linux-gnu. Programs start with the loader of the same
# packages: with the cross compiler's (qemu's -L /usr/aarch64-linux-gnu), which is of another version, no thread would start.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
