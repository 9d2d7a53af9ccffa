# Most of a source's compile time goes into headers that its neighbours read too. So two sources of one program or layer may not
# give the same name to different things in their unnamed namespaces: the compiler says so when a batch holds both.
# Fuzz targets take single sources out of layers (cmake/fuzzing.cmake), which a batch would tie to all that its neighbours call.
if(RECKON_BATCHES AND NOT RECKON_FUZZ)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 10)
  # Pieces of one reader, each with the small helpers of its own rules, and names (Token, Reading) that search uses for other
  # things.
  file(GLOB alone CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/search/answers/*.cpp")
  set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endif()
