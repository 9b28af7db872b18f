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
