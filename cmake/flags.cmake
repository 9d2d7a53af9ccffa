# One interface target carries every flag, so that no layer can differ from another by accident.
# -ffp-contract=off: with -mfma, g++ fuses a*b+c by default, and a kernel and its scalar twin would part (docs/architecture.md).
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(RECKON_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")

add_library(reckon_flags INTERFACE)
target_include_directories(reckon_flags INTERFACE "${CMAKE_CURRENT_SOURCE_DIR}/src")
target_compile_options(reckon_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror=return-type -ffp-contract=off
  # g++ 12 warns of overlap in `"text" + std::string` where there is none (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_compile_definitions(reckon_flags INTERFACE RECKON_VERSION="${PROJECT_VERSION}")
if(RECKON_SANITIZE)
  # -O1 -g1: at -O2 -g, g++ 12 takes four times as long, and minutes for a file of unrolled kernels.
  # Test programs spend their time in the layers and need not be fast themselves: -O0 halves the time they take to build.
  target_compile_options(reckon_flags INTERFACE -fsanitize=${RECKON_SANITIZE} -fno-omit-frame-pointer
    -O$<IF:$<BOOL:$<TARGET_PROPERTY:RECKON_TEST_PROGRAM>>,0,1> -g1)
  target_link_options(reckon_flags INTERFACE -fsanitize=${RECKON_SANITIZE})
endif()
