# Tests of the source tree itself: this tree keeps the rules, and a small tree that breaks them on purpose is caught.
function(reckon_architecture_test name script tree)
  add_test(NAME architecture.${name} COMMAND "${CMAKE_COMMAND}" "-DRECKON_ROOT=${CMAKE_CURRENT_SOURCE_DIR}${tree}"
    -P "${CMAKE_CURRENT_SOURCE_DIR}/tests/architecture/${script}.cmake")
  set_tests_properties(architecture.${name} PROPERTIES LABELS architecture ${ARGN})
endfunction()

reckon_architecture_test(IncludesPointDownwards layers "")
reckon_architecture_test(UpwardIncludesAreCaught layers /tests/architecture/upward
  PASS_REGULAR_EXPRESSION "from 'kv' to 'engine'.*src/stray has no row.*3 include")
reckon_architecture_test(EveryPlugInIsListed registries "")
reckon_architecture_test(AForgottenPlugInIsCaught registries /tests/architecture/unlisted
  PASS_REGULAR_EXPRESSION "forgotten_entry\\(\\) is not declared.*1 of 2 entries")
