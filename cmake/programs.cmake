# The one program. Its main lives apart from the layers so that tests can link every layer.
if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/src/main.cpp")
  add_executable(reckon src/main.cpp)
  target_link_libraries(reckon PRIVATE reckon_cli)
endif()
# The tasks' generators as a stream of JSON lines: training reads its problems from here (training/README.md).
add_executable(reckon_examples training/generator/generate_examples.cpp)
target_link_libraries(reckon_examples PRIVATE reckon_tasks)
# Exact labels of the lines of working in traces: what the reward model is trained on and measured by.
add_executable(reckon_labels training/generator/label_traces.cpp)
target_link_libraries(reckon_labels PRIVATE reckon_tasks nlohmann_json::nlohmann_json)
# Episodes of the navigator with random blocks, which it is trained on.
add_executable(reckon_navigate training/generator/navigate.cpp)
target_link_libraries(reckon_navigate PRIVATE reckon_app nlohmann_json::nlohmann_json)
