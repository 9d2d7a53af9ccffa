# One test program per layer, from tests/{unit,golden,property}/<layer>/*_test.cpp. Tests find data through two paths:
# RECKON_SOURCE_DIR (checked in) and RECKON_SHARED_DIR (public data beside the checkout; tests skip, visibly, without it).
find_package(GTest REQUIRED)
include(GoogleTest)
set(RECKON_SHARED_DIR "${CMAKE_CURRENT_SOURCE_DIR}/../shared/data" CACHE PATH "Public test data; may be absent")

find_library(RECKON_RAPIDCHECK rapidcheck REQUIRED)

get_property(layers GLOBAL PROPERTY RECKON_LAYERS)
foreach(layer ${layers})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    "${CMAKE_CURRENT_SOURCE_DIR}/tests/unit/${layer}/*.cpp"
    "${CMAKE_CURRENT_SOURCE_DIR}/tests/golden/${layer}/*.cpp"
    "${CMAKE_CURRENT_SOURCE_DIR}/tests/property/${layer}/*.cpp")
  if(NOT sources)
    continue()
  endif()
  add_executable(test_${layer} ${sources})
  set_target_properties(test_${layer} PROPERTIES RECKON_TEST_PROGRAM ON)
  target_include_directories(test_${layer} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/tests")
  target_link_libraries(test_${layer} PRIVATE reckon_${layer} GTest::gtest_main ${RECKON_RAPIDCHECK})
  target_compile_definitions(test_${layer} PRIVATE
    RECKON_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}" RECKON_SHARED_DIR="${RECKON_SHARED_DIR}")
  gtest_discover_tests(test_${layer} PROPERTIES LABELS ${layer} DISCOVERY_MODE PRE_TEST)
endforeach()

# The strategy that CONTRIBUTING.md shows whole, compiled from the page itself.
if(TARGET test_search)
  set(page "${CMAKE_CURRENT_SOURCE_DIR}/CONTRIBUTING.md")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${page}")
  file(READ "${page}" text)
  string(FIND "${text}" "```cpp\n// Patience" begin)
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "\n```\n" end)
  math(EXPR length "${end} - 6")  # without the line "```cpp" before it
  string(SUBSTRING "${text}" 7 ${length} text)
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/contributing/patience.cpp" CONTENT "${text}" @ONLY)
  target_sources(test_search PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/contributing/patience.cpp")
endif()

# tests/e2e drives the built program as a user would.
if(TARGET reckon)
  file(GLOB e2e_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/e2e/*.cpp")
  add_executable(test_e2e ${e2e_sources})
  set_target_properties(test_e2e PROPERTIES RECKON_TEST_PROGRAM ON)
  add_dependencies(test_e2e reckon)
  target_include_directories(test_e2e PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/tests")
  target_link_libraries(test_e2e PRIVATE reckon_flags GTest::gtest_main nlohmann_json::nlohmann_json)
  target_compile_definitions(test_e2e PRIVATE
    RECKON_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}" RECKON_PROGRAM="$<TARGET_FILE:reckon>")
  gtest_discover_tests(test_e2e PROPERTIES LABELS e2e DISCOVERY_MODE PRE_TEST)
endif()

# The scripts of bench/, on programs that only pretend.
find_program(RECKON_PYTHON python3)
if(RECKON_PYTHON)
  foreach(script Speed Search Packages Arguments Instructions Curves Laws Verifiers)
    string(TOLOWER "${script}" file)
    add_test(NAME peers.${script} COMMAND "${RECKON_PYTHON}" "${CMAKE_CURRENT_SOURCE_DIR}/tests/peers/${file}_test.py")
    set_tests_properties(peers.${script} PROPERTIES LABELS peers)
  endforeach()
endif()
