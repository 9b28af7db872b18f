# SPDX-License-Identifier: Apache-2.0
# Applies the sanitizers named in GANDER_SANITIZE, and what fuzzers need, to everything we build.
if(GANDER_SANITIZE)
  add_compile_options(-fsanitize=${GANDER_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${GANDER_SANITIZE})
  if(GANDER_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
if(GANDER_FUZZ)
  # A fuzzer learns only from code that reports its branches: every room, not just the entry.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(GANDER_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC warns that it does not follow fences. The only one orders the reads of a simulated machine,
  # which others write from their own processes.
  add_compile_options(-Wno-tsan)
endif()
