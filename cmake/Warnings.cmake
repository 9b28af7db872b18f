# SPDX-License-Identifier: Apache-2.0
# The warnings every target of ours is built with; errors only in our own presets.
add_library(gander_warnings INTERFACE)
target_compile_options(gander_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wcast-align -Wnull-dereference -Wdouble-promotion)
if(GANDER_WARNINGS_AS_ERRORS)
  target_compile_options(gander_warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports null dereferences, overlapping copies (its bug 105651) and the unused members of
  # variants (105562) inside its own headers once it inlines them.
  target_compile_options(gander_warnings INTERFACE -Wno-null-dereference -Wno-restrict
    -Wno-maybe-uninitialized)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # The stable sort of libstdc++ 12 itself uses what it deprecates; GCC still tells of our own uses.
  target_compile_options(gander_warnings INTERFACE -Wno-deprecated-declarations)
endif()
