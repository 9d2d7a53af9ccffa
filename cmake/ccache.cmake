# ccache speeds up rebuilds where it is installed; nothing depends on it.
find_program(RECKON_CCACHE ccache)
if(RECKON_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${RECKON_CCACHE})
endif()
