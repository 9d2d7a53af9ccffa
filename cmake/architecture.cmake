# Two tests of the layering itself: this tree keeps it, and a tree that breaks it in three ways is caught.
set(layer_test "${CMAKE_CURRENT_SOURCE_DIR}/tests/architecture/layers.cmake")
add_test(NAME architecture.IncludesPointDownwards
  COMMAND "${CMAKE_COMMAND}" "-DRECKON_ROOT=${CMAKE_CURRENT_SOURCE_DIR}" -P "${layer_test}")
add_test(NAME architecture.UpwardIncludesAreCaught
  COMMAND "${CMAKE_COMMAND}" "-DRECKON_ROOT=${CMAKE_CURRENT_SOURCE_DIR}/tests/architecture/upward" -P "${layer_test}")
set_tests_properties(architecture.UpwardIncludesAreCaught PROPERTIES
  PASS_REGULAR_EXPRESSION "from 'kv' to 'engine'.*src/stray has no row.*3 include")
set_tests_properties(architecture.IncludesPointDownwards architecture.UpwardIncludesAreCaught PROPERTIES LABELS architecture)
