# Benchmarks, bench/<name>.cpp -> bench_<name>, where Google Benchmark is installed. Never part of the tests.
find_package(benchmark QUIET)
if(benchmark_FOUND)
  file(GLOB programs CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/bench/*.cpp")
  foreach(program ${programs})
    get_filename_component(name ${program} NAME_WE)
    add_executable(bench_${name} EXCLUDE_FROM_ALL ${program})
    target_link_libraries(bench_${name} PRIVATE
      $<IF:$<TARGET_EXISTS:reckon_engine>,reckon_engine,reckon_tensor> benchmark::benchmark)
  endforeach()
endif()
