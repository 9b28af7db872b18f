# SPDX-License-Identifier: Apache-2.0
# Applies the sanitizers named in GANDER_SANITIZE to everything we build.
if(GANDER_SANITIZE)
  add_compile_options(-fsanitize=${GANDER_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${GANDER_SANITIZE})
  if(GANDER_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
