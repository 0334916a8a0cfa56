# entrad_room(NAME MAY_USE rooms... USES_PRIVATELY libraries... USES libraries...)
# makes the library entrad_NAME from every .cpp in the calling folder and those under it. MAY_USE
# names the lower rooms that this one may include; tests/lint checks that its includes agree.
function(entrad_room name)
  cmake_parse_arguments(ROOM "" "" "MAY_USE;USES;USES_PRIVATELY" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(entrad_${name} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(entrad_${name} PRIVATE entrad_warnings ${ROOM_USES_PRIVATELY})
    entrad_precompile(entrad_${name})
  else()
    add_library(entrad_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(entrad_${name} ${scope} ${PROJECT_SOURCE_DIR}/daemon)
  foreach(room IN LISTS ROOM_MAY_USE)
    target_link_libraries(entrad_${name} ${scope} entrad_${room})
  endforeach()
  target_link_libraries(entrad_${name} ${scope} ${ROOM_USES} Threads::Threads)
endfunction()

# entrad_test(NAME USES libraries... SLOW_WITH_SANITIZER filters...) makes a gtest program from every
# .cpp in the calling folder and registers each of its tests as NAME.Suite.Test. A sanitizer makes a
# process slow to start, so there its tests run in a few processes: NAME.part.1, NAME.part.2, ...
# Those that the filters name take most of a minute each there, for code that others run too, and
# are left to tests/run.sh --long.
set(parts_with_sanitizer 4)
function(entrad_test name)
  cmake_parse_arguments(T "" "" "USES;SLOW_WITH_SANITIZER" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(test_${name} ${sources})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(test_${name} PRIVATE entrad_warnings ${T_USES} entrad_places
                                             GTest::gtest GTest::gmock GTest::gtest_main)
  entrad_precompile(test_${name} tests)
  if(ENTRAD_SANITIZE)
    entrad_add_parts(${name} "${T_SLOW_WITH_SANITIZER}")
    return()
  endif()
  include(GoogleTest)
  gtest_discover_tests(test_${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT 300)
endfunction()

function(entrad_add_parts name slow)
  set(filter "*")
  if(slow AND NOT ENTRAD_TESTS STREQUAL "all")
    list(JOIN slow ":" slow)
    set(filter "-${slow}")
  endif()
  foreach(part RANGE 1 ${parts_with_sanitizer})
    math(EXPR index "${part} - 1")
    add_test(NAME ${name}.part.${part} COMMAND test_${name} --gtest_brief=1)
    set_tests_properties(${name}.part.${part} PROPERTIES TIMEOUT 1800
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${parts_with_sanitizer};GTEST_SHARD_INDEX=${index};GTEST_FILTER=${filter}")
  endforeach()
endfunction()
