# Precompiled headers: what nearly every file includes, parsed once. A target takes them with
# entrad_precompile(TARGET), a test with entrad_precompile(TARGET tests), which adds GoogleTest.
# Only system headers: a change of ours never makes them new.

set(precompiled_headers
  <algorithm> <chrono> <condition_variable> <filesystem> <functional> <map> <memory> <mutex>
  <optional> <set> <stop_token> <string> <string_view> <thread> <unordered_map> <variant> <vector>
  <nlohmann/json.hpp>)

file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "// Owns the precompiled headers.\n")

add_library(entrad_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
target_link_libraries(entrad_precompiled PRIVATE entrad_warnings nlohmann_json::nlohmann_json)
target_precompile_headers(entrad_precompiled PRIVATE ${precompiled_headers})

add_library(entrad_precompiled_tests OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
target_link_libraries(entrad_precompiled_tests PRIVATE entrad_warnings nlohmann_json::nlohmann_json
                                                       GTest::gmock)
target_precompile_headers(entrad_precompiled_tests PRIVATE ${precompiled_headers} <gmock/gmock.h>
                                                           <gtest/gtest.h>)

function(entrad_precompile target)
  if(ARGN)
    # A program's objects would be -fPIE, which does not go with a header made for -fPIC.
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
    target_precompile_headers(${target} REUSE_FROM entrad_precompiled_tests)
  else()
    target_precompile_headers(${target} REUSE_FROM entrad_precompiled)
  endif()
endfunction()
