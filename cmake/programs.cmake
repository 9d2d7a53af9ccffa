# The one program. Its main lives apart from the layers so that tests can link every layer.
if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/src/main.cpp")
  add_executable(reckon src/main.cpp)
  target_link_libraries(reckon PRIVATE reckon_cli)
endif()
