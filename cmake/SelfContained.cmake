# SPDX-License-Identifier: Apache-2.0
# GANDER_SELF_CONTAINED: the binary brings the C++ runtime and its small libraries along. It then
# needs nothing of a machine but libc (and a driver, which is always loaded at run time), and starts
# faster: a fifth of a one-shot status went into resolving symbols of shared libraries.
option(GANDER_SELF_CONTAINED "Link everything but libc into the binary" OFF)

# fmt has no static archive in Debian.
set(GANDER_FMT fmt::fmt)
if(GANDER_SELF_CONTAINED)
  set(GANDER_FMT fmt::fmt-header-only)
endif()

# gander_self_contained(TARGET): links an executable in that way, where it is wanted.
function(gander_self_contained target)
  if(GANDER_SELF_CONTAINED)
    target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()

# gander_use_archive(TARGET ARCHIVE): links the static archive instead of TARGET's shared library.
function(gander_use_archive target archive)
  if(GANDER_SELF_CONTAINED)
    find_library(GANDER_ARCHIVE_${archive} NAMES lib${archive}.a REQUIRED)
    set_property(TARGET ${target} PROPERTY INTERFACE_LINK_LIBRARIES ${GANDER_ARCHIVE_${archive}})
  endif()
endfunction()
