# The table of layers (docs/architecture.md): each folder under src/ is one library that links only what its row names.
# tests/architecture reads this table too, and fails when an include points anywhere else.
#   reckon_layer(<folder> LAYERS <layers below> PACKAGES <system libraries>)
# Packages behind PRIVATE are compiled against by the layer itself only.
# Kernels of instruction sets that the target's processors never have. Fuzz targets read bytes and compute nothing: their build
# has the types and blocks, and no kernels.
if(RECKON_FUZZ)
  set(foreign_kernels "/kernels/(cpu/[a-z0-9_]+|dispatch)\\.cpp$")
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(foreign_kernels "_avx(2|512|512_bf16)\\.cpp$")
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
  set(foreign_kernels "_neon\\.cpp$")
else()
  set(foreign_kernels "_(avx2|avx512|avx512_bf16|neon)\\.cpp$")
endif()

function(reckon_layer name)
  if(RECKON_LAYERS AND NOT name IN_LIST RECKON_LAYERS)
    return()
  endif()
  cmake_parse_arguments(ROW "" "" "LAYERS;PACKAGES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/${name}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "${foreign_kernels}")
  if(RECKON_UNUSED_SOLVERS)  # cmake/dependencies.cmake; none where only lower layers are built
    list(FILTER sources EXCLUDE REGEX "${RECKON_UNUSED_SOLVERS}")
  endif()
  list(TRANSFORM ROW_LAYERS PREPEND reckon_)
  if(sources)
    add_library(reckon_${name} STATIC ${sources})
    target_link_libraries(reckon_${name} PUBLIC reckon_flags ${ROW_LAYERS} ${ROW_PACKAGES})
  else()
    add_library(reckon_${name} INTERFACE)
    target_link_libraries(reckon_${name} INTERFACE reckon_flags ${ROW_LAYERS} ${ROW_PACKAGES})
  endif()
  set_property(GLOBAL APPEND PROPERTY RECKON_LAYERS ${name})
endfunction()

reckon_layer(base PACKAGES fmt::fmt Threads::Threads)
reckon_layer(kernels LAYERS base)
reckon_layer(formats LAYERS kernels base PACKAGES nlohmann_json::nlohmann_json PRIVATE PkgConfig::TOML)
reckon_layer(tensor LAYERS kernels base)
reckon_layer(kv LAYERS tensor kernels base PACKAGES PkgConfig::XXHASH)
reckon_layer(text LAYERS formats base PACKAGES PkgConfig::PCRE2 PkgConfig::UTF8PROC nlohmann_json::nlohmann_json)
reckon_layer(models LAYERS kv formats tensor kernels base)
reckon_layer(draw LAYERS text base PACKAGES nlohmann_json::nlohmann_json)
reckon_layer(tune LAYERS models kv formats tensor kernels base)
reckon_layer(engine LAYERS models kv text formats tensor kernels base PACKAGES Boost::headers)
reckon_layer(search LAYERS engine models text formats base PACKAGES Boost::headers ${RECKON_SOLVERS})
reckon_layer(tasks LAYERS search text base PACKAGES nlohmann_json::nlohmann_json)
reckon_layer(app LAYERS tasks search engine tune models kv draw text formats tensor kernels base
  PACKAGES nlohmann_json::nlohmann_json PkgConfig::SQLITE PkgConfig::XXHASH)
reckon_layer(cli LAYERS app tasks search engine draw text formats base PACKAGES CLI11::CLI11 PkgConfig::TOML spdlog::spdlog)

# Each instruction set's kernels are sources compiled with that set's flags; the dispatch table picks at run time.
# g++ 12 takes the deliberately undefined registers of its own AVX-512 headers for mistakes, hence the two -Wno.
file(GLOB avx2_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/kernels/cpu/*_avx2.cpp")
file(GLOB avx512_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/kernels/cpu/*_avx512.cpp")
file(GLOB neon_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/kernels/cpu/*_neon.cpp")
# These files hold a tile of every type and number of rows, unrolled; under a sanitizer they would take minutes each. Sanitizers
# watch their scalar twin, through calls instead of checks in line; that the vectors of the others stay within their arguments is
# for pages that nobody may touch (tests/unit/kernels/guarded.h), in every build.
set(kernel_options "")
set(wide_options "")
if(RECKON_SANITIZE)
  set(wide_options "-fno-sanitize=all")
  if(RECKON_SANITIZE MATCHES address AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # g++ 12 warns that a short last block (pack.h) might be negative, where its loop has just said that it is not.
    set(kernel_options "--param=asan-instrumentation-with-call-threshold=0;-fno-sanitize=null,object-size,pointer-overflow"
      -Wno-stringop-overflow)
    list(APPEND wide_options -Wno-stringop-overflow)
  endif()
endif()
set_target_properties(reckon_kernels PROPERTIES RECKON_INNER_LOOPS ON)
set_source_files_properties("${CMAKE_CURRENT_SOURCE_DIR}/src/kernels/cpu/kernels_scalar.cpp" PROPERTIES
  COMPILE_OPTIONS "-O1;${kernel_options}")
set_source_files_properties(${avx2_sources} PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma;-mf16c;${wide_options}")
set(avx512_options -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vnni -mavx2 -mfma -mf16c
  -Wno-uninitialized -Wno-maybe-uninitialized ${wide_options})
set_source_files_properties(${avx512_sources} PROPERTIES COMPILE_OPTIONS "${avx512_options}")
set_source_files_properties(${neon_sources} PROPERTIES COMPILE_OPTIONS "-march=armv8.2-a+dotprod;${wide_options}")
set_source_files_properties("${CMAKE_CURRENT_SOURCE_DIR}/src/kernels/cpu/kernels_avx512_bf16.cpp" PROPERTIES
  COMPILE_OPTIONS "${avx512_options};-mavx512bf16")
