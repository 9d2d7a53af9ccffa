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
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # It takes the sources of a batch for headers, and so their coroutines' frames for types that several programs share.
  $<$<AND:$<BOOL:${RECKON_BATCHES}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>)
target_compile_definitions(reckon_flags INTERFACE RECKON_VERSION="${PROJECT_VERSION}")
# Test programs spend their time in the layers: at -O1 they take a quarter less to build than at -O3.
target_compile_options(reckon_flags INTERFACE $<$<AND:$<CONFIG:Release>,$<BOOL:$<TARGET_PROPERTY:RECKON_TEST_PROGRAM>>>:-O1>)
if(RECKON_SANITIZE)
  # g++ 12 spends its time optimising the checks: a file of coroutines takes 10 s at -O1, 4 s at -O0, more than its tests lose but
  # where RECKON_INNER_LOOPS is set. Clang's programs count inputs a second, and its -O1 is quick.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    set(inner $<BOOL:$<TARGET_PROPERTY:RECKON_INNER_LOOPS>>)
    set(level $<IF:${inner},1,0>)
    # A quarter of the time goes into checks at every access: AddressSanitizer sees what comes of it, and the fuzzers, which clang
    # compiles, keep them.
    if(RECKON_SANITIZE MATCHES undefined)
      set(repeated $<$<NOT:${inner}>:-fno-sanitize=null,alignment,vptr,object-size>)
    endif()
  else()
    set(level 1)
  endif()
  target_compile_options(reckon_flags INTERFACE -fsanitize=${RECKON_SANITIZE} ${repeated} -fno-omit-frame-pointer -O${level} -g1)
  target_link_options(reckon_flags INTERFACE -fsanitize=${RECKON_SANITIZE})
endif()
