# SPDX-License-Identifier: Apache-2.0
# gander_module(NAME DEPENDS rooms… SOURCES files… TESTS files… LIBRARIES outside libraries…
#               [TEST_LIBRARIES outside libraries used by the tests only…])
#
# One room: a static library `gander_NAME` and, where it has tests, an executable
# `gander_NAME_test` known to ctest as NAME. DEPENDS is the whole truth about which rooms it may
# see; tools/check_layers.py reads the same calls and judges every #include.
function(gander_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;SOURCES;TESTS;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gander_module(${name}): unknown words: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(target gander_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM arg_DEPENDS PREPEND gander_ OUTPUT_VARIABLE rooms)
  target_link_libraries(${target} PUBLIC ${rooms} ${GANDER_FMT} tl::expected Threads::Threads)
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} gander_warnings)
  if(GANDER_TESTS AND arg_TESTS)
    gander_test(${name} SOURCES ${arg_TESTS} LIBRARIES ${target} ${arg_TEST_LIBRARIES})
  endif()
endfunction()

# gander_test(NAME SOURCES files… LIBRARIES libraries… [LABELS labels…]): one GoogleTest program,
# `gander_NAME_test`, run by ctest as one test called NAME.
function(gander_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  set(target gander_${name}_test)
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} gander_warnings
    GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE GANDER_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${target})
  if(arg_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
  endif()
endfunction()
