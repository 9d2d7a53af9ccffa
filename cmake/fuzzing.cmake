# Fuzzing: each tests/fuzz/<name>_fuzz.cpp defines LLVMFuzzerTestOneInput; its seeds lie in tests/fuzz/corpus/<name>/.
#   preset fuzz (clang): fuzz_<name>, a libFuzzer program, all in the target `fuzzers`; scripts/test runs each for seconds.
#   other presets (g++): replay_<name>, the same entry point under a fixed sequence of mutations of the seeds, as a ctest.
# A target links the layers that its own includes name, so that a fuzz build stays small; of search, which stands on the engine,
# only the parts that read model output, constraints and learned weights, and of tasks what needs no more than those.
# clang 19, because clang 14, the default of Debian 12, cannot compile the ranges of libstdc++ 12.
file(GLOB fuzz_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/fuzz/*_fuzz.cpp")

if(RECKON_FUZZ)
  target_compile_options(reckon_flags INTERFACE -fsanitize=fuzzer-no-link)
  add_custom_target(fuzzers)
  file(GLOB_RECURSE answer_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/search/answers/*.cpp"
    "${CMAKE_CURRENT_SOURCE_DIR}/src/search/constraints/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/src/search/sandbox/*.cpp")
  add_library(reckon_answers STATIC EXCLUDE_FROM_ALL ${answer_sources} src/search/registry.cpp src/search/verifiers/program.cpp
    src/search/navigation/network.cpp src/search/allocators/difficulty_probe.cpp)
  target_link_libraries(reckon_answers PUBLIC reckon_base Boost::headers)
  file(GLOB checker_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/tasks/*.cpp")
  add_library(reckon_checkers STATIC EXCLUDE_FROM_ALL ${checker_sources})
  target_link_libraries(reckon_checkers PUBLIC reckon_answers reckon_text nlohmann_json::nlohmann_json)
endif()

# The layers that `source` includes, as library names.
function(layers_included_by source result)
  file(STRINGS "${source}" lines REGEX "^#include \"")
  list(TRANSFORM lines REPLACE "^#include \"([a-z]+)/.*$" "reckon_\\1")
  list(REMOVE_DUPLICATES lines)
  if(RECKON_FUZZ)
    list(TRANSFORM lines REPLACE "^reckon_search$" "reckon_answers")
    list(TRANSFORM lines REPLACE "^reckon_tasks$" "reckon_checkers")
  endif()
  set(${result} ${lines} PARENT_SCOPE)
endfunction()

foreach(source ${fuzz_sources})
  get_filename_component(name "${source}" NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" name "${name}")
  layers_included_by("${source}" layers)
  if(RECKON_FUZZ)
    add_executable(fuzz_${name} EXCLUDE_FROM_ALL "${source}")
    target_link_libraries(fuzz_${name} PRIVATE ${layers})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers fuzz_${name})
  elseif(RECKON_TESTS)
    add_executable(replay_${name} "${source}" tests/fuzz/replay_main.cpp)
    set_target_properties(replay_${name} PROPERTIES RECKON_TEST_PROGRAM ON)
    target_link_libraries(replay_${name} PRIVATE ${layers} reckon_base)
    add_test(NAME fuzz_replay_${name}
      COMMAND replay_${name} "${CMAKE_CURRENT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
    set_tests_properties(fuzz_replay_${name} PROPERTIES LABELS fuzz TIMEOUT 120)
  endif()
endforeach()
