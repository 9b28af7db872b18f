# SPDX-License-Identifier: Apache-2.0
# GANDER_SELF_CONTAINED: the binary brings the C++ runtime and its small libraries along. It then
# needs nothing of a machine but libc (and a driver, which is always loaded at run time), and starts
# faster: a fifth of a one-shot status went into resolving symbols of shared libraries.
option(GANDER_SELF_CONTAINED "Link everything but libc into the binary" OFF)

# fmt has no static archive in Debian, but the definitions to make one. As headers only, each source
# file would bring a copy of its own: a quarter of the binary, and of what it keeps in memory.
set(GANDER_FMT fmt::fmt)
if(GANDER_SELF_CONTAINED)
  # What nobody calls is left out.
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/fmt_archive.cpp CONTENT [[
#include <fmt/format-inl.h>
FMT_BEGIN_NAMESPACE
namespace detail {
template FMT_API auto dragonbox::to_decimal(float x) noexcept -> dragonbox::decimal_fp<float>;
template FMT_API auto dragonbox::to_decimal(double x) noexcept -> dragonbox::decimal_fp<double>;
template FMT_API locale_ref::locale_ref(const std::locale& loc);
template FMT_API auto locale_ref::get<std::locale>() const -> std::locale;
template FMT_API auto thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template FMT_API auto decimal_point_impl(locale_ref) -> char;
template FMT_API void buffer<char>::append(const char*, const char*);
template FMT_API void vformat_to(buffer<char>&, string_view,
                                 basic_format_args<FMT_BUFFER_CONTEXT(char)>, locale_ref);
}
FMT_END_NAMESPACE
]] @ONLY)
  add_library(gander_fmt STATIC ${CMAKE_BINARY_DIR}/fmt_archive.cpp)
  set(GANDER_FMT gander_fmt)
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

# gander_order_functions(TARGET LIST ROOMS rooms…): keeps the functions named in LIST side by side, and
# the constants of ROOMS, where the linker can add to its own script. The kernel maps program text in
# pieces of 64 KiB: scattered over the binary, what a monitor uses each second brings three times as
# much into memory.
include(CheckLinkerFlag)
function(gander_order_functions target list)
  cmake_parse_arguments(arg "" "" "ROOMS" ${ARGN})
  if(NOT GANDER_SELF_CONTAINED)
    return()
  endif()
  file(STRINGS ${list} functions REGEX "^_Z")
  set(script ${CMAKE_BINARY_DIR}/${target}_functions.ld)
  set(text "")
  foreach(function IN LISTS functions)
    string(APPEND text "    *(.text.${function})\n")
  endforeach()
  set(constants "")
  foreach(room IN LISTS arg_ROOMS)
    string(APPEND constants "    *libgander_${room}.a:*(.rodata .rodata.*)\n")
  endforeach()
  file(CONFIGURE OUTPUT ${script} @ONLY CONTENT
"SECTIONS\n{\n  .text.often :\n  {\n@text@  }\n}\nINSERT BEFORE .text;
SECTIONS\n{\n  .rodata.often :\n  {\n@constants@  }\n}\nINSERT AFTER .rodata;\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list})
  check_linker_flag(CXX "-Wl,-T,${script}" GANDER_CAN_ORDER_FUNCTIONS)
  if(GANDER_CAN_ORDER_FUNCTIONS)
    target_link_options(${target} PRIVATE -Wl,-T,${script})
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${script})
  endif()
endfunction()
