# Fuzzing: each tests/fuzz/<name>_fuzz.cpp defines LLVMFuzzerTestOneInput; its seeds lie in tests/fuzz/corpus/<name>/.
#   preset fuzz (clang): fuzz_<name>, a libFuzzer program, all of them in the target `fuzzers`; scripts/test runs each for seconds.
#   other presets (g++): replay_<name>, the same entry point under a fixed sequence of mutations of the seeds, as a ctest.
# Only what clang 14 compiles can be fuzzed: layers without coroutines, and from search the folder that reads model output.
file(GLOB fuzz_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/fuzz/*_fuzz.cpp")

if(RECKON_FUZZ)
  file(GLOB_RECURSE answer_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/search/answers/*.cpp")
  add_library(reckon_fuzzed STATIC EXCLUDE_FROM_ALL ${answer_sources})
  target_link_libraries(reckon_fuzzed PUBLIC reckon_text reckon_kv reckon_formats reckon_base)
  target_compile_options(reckon_flags INTERFACE -fsanitize=fuzzer-no-link)
  add_custom_target(fuzzers)
endif()

foreach(source ${fuzz_sources})
  get_filename_component(name "${source}" NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" name "${name}")
  if(RECKON_FUZZ)
    add_executable(fuzz_${name} EXCLUDE_FROM_ALL "${source}")
    target_link_libraries(fuzz_${name} PRIVATE reckon_fuzzed)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers fuzz_${name})
  elseif(RECKON_TESTS)
    add_executable(replay_${name} "${source}" tests/fuzz/replay_main.cpp)
    target_link_libraries(replay_${name} PRIVATE reckon_search reckon_text reckon_kv reckon_formats reckon_base)
    add_test(NAME fuzz_replay_${name}
      COMMAND replay_${name} "${CMAKE_CURRENT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
    set_tests_properties(fuzz_replay_${name} PROPERTIES LABELS fuzz TIMEOUT 120)
  endif()
endforeach()
